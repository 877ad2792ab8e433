//! `exp`, `erf`, `sigmoid` and `tanh` on registers.
//!
//! `exp` is within 2 units in the last place between -87 and 88; `erf` within 6e-7; `sigmoid` and `tanh` within 3e-7.

use super::lanes::Lanes;

/// `e` to the power of each lane; 0 far below -87, clamped above 88.
#[inline(always)]
pub fn exp<L: Lanes>(x: L) -> L {
    // x = n·ln 2 + r with whole n and |r| ≤ ln 2 / 2; e^x = 2^n · e^r.
    let x = x.max(L::splat(-87.3)).min(L::splat(88.3));
    // Adding 1.5·2^23 pushes the fraction out of the mantissa: a rounding every processor has.
    let round = L::splat(12_582_912.0);
    let n = x.mul_add(L::splat(std::f32::consts::LOG2_E), round).sub(round);
    // ln 2 in two parts, the first with few bits, so that n times it is exact.
    let r = n.mul_add(L::splat(-0.693_359_4), x);
    let r = n.mul_add(L::splat(2.121_944_4e-4), r);
    // Taylor to r^6; its rest at |r| = 0.347 is 1.2e-7.
    let mut e = L::splat(1.0 / 5040.0);
    for c in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        e = e.mul_add(r, L::splat(c));
    }
    e.mul(n.power_of_two())
}

/// The error function (Abramowitz and Stegun 7.1.26, error below 1.5e-7 before rounding).
#[inline(always)]
pub fn erf<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    let a = x.abs();
    let t = one.div(a.mul_add(L::splat(0.327_591_1), one));
    let mut p = L::splat(1.061_405_4);
    for c in [-1.453_152_1, 1.421_413_8, -0.284_496_74, 0.254_829_6] {
        p = p.mul_add(t, L::splat(c));
    }
    let tail = p.mul(t).mul(exp(a.mul(a).mul(L::splat(-1.0))));
    one.sub(tail).max(L::splat(0.0)).with_sign_of(x)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub fn sigmoid<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    one.div(one.add(exp(x.mul(L::splat(-1.0)))))
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh<L: Lanes>(x: L) -> L {
    // 2·sigmoid(2x) − 1
    sigmoid(x.add(x)).mul_add(L::splat(2.0), L::splat(-1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::kernels::{Kernel, levels, run, run_at};

    #[derive(Clone, Copy)]
    enum Function {
        Exp,
        Erf,
        Tanh,
    }

    struct Apply<'a>(Function, &'a [f32]);

    impl Kernel for Apply<'_> {
        type Output = Vec<f32>;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Vec<f32> {
            let mut out = vec![0.0; self.1.len()];
            for (from, to) in self.1.chunks(L::N).zip(out.chunks_mut(L::N)) {
                let x = L::load_some(from, 0.0);
                match self.0 {
                    Function::Exp => exp(x),
                    Function::Erf => erf(x),
                    Function::Tanh => tanh(x),
                }
                .store_some(to);
            }
            out
        }
    }

    fn points() -> Vec<f32> {
        (-8000..8000).map(|i| i as f32 * 0.001).collect()
    }

    /// The error function in double precision, by the series whose terms all have one sign.
    fn exact_erf(x: f64) -> f64 {
        if x.abs() > 6.0 {
            return x.signum();
        }
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term.abs() > 1e-18 {
            odd += 2.0;
            term *= 2.0 * x * x / odd;
            sum += term;
        }
        sum * 2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp()
    }

    fn worst(function: Function, exact: impl Fn(f64) -> f64, relative: bool) -> f64 {
        let x = points();
        let mut worst = 0.0f64;
        for got in levels().map(|level| run_at(level, Apply(function, &x))) {
            for (&x, got) in x.iter().zip(got) {
                let want = exact(f64::from(x));
                let error = (f64::from(got) - want).abs() / if relative { want } else { 1.0 };
                worst = worst.max(error);
            }
        }
        worst
    }

    #[test]
    fn every_level_is_close_to_double_precision() {
        assert!(worst(Function::Exp, f64::exp, true) < 3e-7);
        let erf = worst(Function::Erf, exact_erf, false);
        assert!(erf < 6e-7, "{erf}");
        assert!(worst(Function::Tanh, f64::tanh, false) < 3e-7);
    }

    #[test]
    fn far_out_values_stay_finite() {
        let out = run(Apply(Function::Exp, &[-1e30, -200.0, 200.0]));
        assert!(out[0] < 1e-37 && out[1] < 1e-37 && out[2].is_finite());
    }
}
