//! Activations between two linear layers: GELU (the exact, erf form) and ReLU.

use super::kernels::{Kernel, exp, lanes::Lanes, run};

/// `x·Φ(x)`, Φ being the normal distribution, on every value in place.
pub fn gelu(x: &mut [f32]) {
    run(Gelu(x));
}

/// `max(x, 0)` on every value in place.
pub fn relu(x: &mut [f32]) {
    for value in x {
        *value = value.max(0.0);
    }
}

struct Gelu<'a>(&'a mut [f32]);

impl Kernel for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let mut chunks = self.0.chunks_exact_mut(L::N);
        for chunk in &mut chunks {
            // SAFETY: the chunk has N values.
            unsafe { gelu_lanes(L::load(chunk.as_ptr())).store(chunk.as_mut_ptr()) };
        }
        let rest = chunks.into_remainder();
        gelu_lanes(L::load_some(rest, 0.0)).store_some(rest);
    }
}

/// GELU of one register.
#[inline(always)]
pub fn gelu_lanes<L: Lanes>(x: L) -> L {
    let half = x.mul(L::splat(0.5));
    half.mul_add(exp::erf(x.mul(L::splat(std::f32::consts::FRAC_1_SQRT_2))), half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let mut x = [-3.0, -1.0, 0.0, 0.5, 1.0, 4.0];
        gelu(&mut x);
        let want = [-0.004_049_694, -0.158_655_25, 0.0, 0.345_731_2, 0.841_344_8, 3.999_873_3];
        for (got, want) in x.iter().zip(want) {
            assert!((got - want).abs() < 1e-6, "{got} {want}");
        }
    }
}
