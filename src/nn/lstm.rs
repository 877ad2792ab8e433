//! Bidirectional LSTM over the rows of each sequence, as PyTorch lays it out (gates i, f, g, o; two biases).

use super::kernels::{Kernel, exp, lanes::Lanes, run};
use super::linear::{Linear, Precision};
use super::parameters::{ANY, ParameterError, Parameters};

/// Stacked layers; each reads the previous one's output.
#[derive(Clone, Debug)]
pub struct Lstm {
    /// First to last.
    pub layers: Vec<LstmLayer>,
}

/// One layer: both directions.
#[derive(Clone, Debug)]
pub struct LstmLayer {
    /// Input to the gates of both directions, forward first: `[8H, inputs]`, both biases added up.
    pub input: Linear,
    /// Previous state to gates, `[4H, H]` without bias: forward and backward.
    pub recurrent: [Linear; 2],
    /// H, width of one direction.
    pub hidden: usize,
}

impl Lstm {
    /// Takes `{name}.weight_ih_l0` and so on, as many layers as there are; `None` when there is none.
    pub fn take(from: &mut Parameters, name: &str, width: usize) -> Result<Option<Self>, ParameterError> {
        let mut layers = Vec::new();
        let mut inputs = width;
        let has = |from: &Parameters, layer: usize| {
            ["weight_ih", "weight_hh"].iter().any(|what| from.has(&format!("{name}.{what}_l{layer}")))
        };
        while has(from, layers.len()) {
            let layer = LstmLayer::take(from, name, layers.len(), inputs)?;
            inputs = 2 * layer.hidden;
            layers.push(layer);
        }
        Ok((!layers.is_empty()).then_some(Self { layers }))
    }

    /// Width of the output.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |l| 2 * l.hidden)
    }

    /// `x[rows, width]` → `[rows, 2H]`; each sequence of `bounds` on its own.
    pub fn forward(&self, x: &[f32], bounds: &[usize], threads: usize) -> Vec<f32> {
        let mut x = std::borrow::Cow::Borrowed(x);
        for layer in &self.layers {
            x = layer.forward(&x, bounds, threads).into();
        }
        x.into_owned()
    }
}

impl LstmLayer {
    fn take(from: &mut Parameters, name: &str, layer: usize, inputs: usize) -> Result<Self, ParameterError> {
        let mut hidden = ANY;
        let mut parts = Vec::new();
        let mut recurrent = Vec::new();
        for suffix in ["", "_reverse"] {
            let of = |what: &str| format!("{name}.{what}_l{layer}{suffix}");
            let hh = of("weight_hh");
            hidden = from.shape(&hh).and_then(|s| s.get(1)).copied().unwrap_or(hidden);
            let gates = hidden.saturating_mul(4);
            let weight = from.take(&of("weight_ih"), &[gates, inputs])?.data;
            let back = from.take(&hh, &[gates, hidden])?.data;
            let mut bias = from.take(&of("bias_ih"), &[gates])?.data;
            let second = from.take(&of("bias_hh"), &[gates])?.data;
            bias.iter_mut().zip(&second).for_each(|(a, b)| *a += b);
            parts.push(Linear::new(weight, bias, inputs));
            recurrent.push(Linear::new(back, vec![0.0; gates], hidden).packed(Precision::Full));
        }
        let [forward, backward] = [recurrent.swap_remove(0), recurrent.swap_remove(0)];
        Ok(Self { input: Linear::beside(parts).packed(Precision::Full), recurrent: [forward, backward], hidden })
    }

    fn forward(&self, x: &[f32], bounds: &[usize], threads: usize) -> Vec<f32> {
        let rows = bounds.last().copied().unwrap_or(0);
        let mut gates = vec![0.0; rows * 8 * self.hidden];
        self.input.forward(x, rows, &mut gates, threads);
        let run = |direction| self.run_direction(direction, &gates, bounds, rows);
        let (forward, backward) = if threads > 1 { rayon::join(|| run(0), || run(1)) } else { (run(0), run(1)) };
        let mut out = Vec::with_capacity(rows * 2 * self.hidden);
        for (f, b) in forward.chunks_exact(self.hidden).zip(backward.chunks_exact(self.hidden)) {
            out.extend_from_slice(f);
            out.extend_from_slice(b);
        }
        out
    }

    /// All sequences step by step, longest first, so that those still running are the first rows of the state.
    fn run_direction(&self, direction: usize, gates: &[f32], bounds: &[usize], rows: usize) -> Vec<f32> {
        let hidden = self.hidden;
        let mut order: Vec<(usize, usize)> = bounds.windows(2).map(|b| (b[0], b[1])).filter(|b| b.1 > b.0).collect();
        order.sort_by_key(|&(start, end)| std::cmp::Reverse(end - start));
        let mut out = vec![0.0; rows * hidden];
        let (mut state, mut cell) = (vec![0.0; order.len() * hidden], vec![0.0; order.len() * hidden]);
        let mut step_gates = vec![0.0; order.len() * 4 * hidden];
        let steps = order.first().map_or(0, |&(start, end)| end - start);
        for step in 0..steps {
            let running = order.iter().take_while(|&&(start, end)| end - start > step).count();
            let row_of = |(start, end): (usize, usize)| if direction == 0 { start + step } else { end - 1 - step };
            for (to, &sequence) in step_gates.chunks_exact_mut(4 * hidden).zip(&order[..running]) {
                let at = row_of(sequence) * 8 * hidden + direction * 4 * hidden;
                to.copy_from_slice(&gates[at..at + 4 * hidden]);
            }
            if step > 0 {
                self.recurrent[direction].add(&state, running, &mut step_gates, 1);
            }
            for (i, &sequence) in order[..running].iter().enumerate() {
                let range = i * hidden..(i + 1) * hidden;
                run(Cell {
                    gates: &step_gates[i * 4 * hidden..(i + 1) * 4 * hidden],
                    cell: &mut cell[range.clone()],
                    state: &mut state[range.clone()],
                });
                let row = row_of(sequence);
                out[row * hidden..(row + 1) * hidden].copy_from_slice(&state[range]);
            }
        }
        out
    }
}

/// One step of one sequence.
struct Cell<'a> {
    gates: &'a [f32],
    cell: &'a mut [f32],
    state: &'a mut [f32],
}

impl Kernel for Cell<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let hidden = self.cell.len();
        let (i, rest) = self.gates.split_at(hidden);
        let (f, rest) = rest.split_at(hidden);
        let (g, o) = rest.split_at(hidden);
        let mut at = 0;
        while at < hidden {
            let end = (at + L::N).min(hidden);
            let load = |from: &[f32]| L::load_some(&from[at..end], 0.0);
            let kept = exp::sigmoid(load(f)).mul(load(self.cell));
            let cell = exp::sigmoid(load(i)).mul_add(exp::tanh(load(g)), kept);
            cell.store_some(&mut self.cell[at..end]);
            exp::sigmoid(load(o)).mul(exp::tanh(cell)).store_some(&mut self.state[at..end]);
            at = end;
        }
    }
}
