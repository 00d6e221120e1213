//! What samples say.

/// The middle one.
#[must_use]
pub fn median(samples: &[f64]) -> f64 {
    let sorted = sorted(samples);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How probable it is that samples of one distribution differ as much as these two: Kolmogorov and Smirnov's test in
/// Stephens's approximation, good from some dozens of samples on.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of samples are small")]
pub fn kolmogorov_smirnov(one: &[f64], two: &[f64]) -> f64 {
    let (one, two) = (sorted(one), sorted(two));
    let share = |sorted: &[f64], most: f64| sorted.partition_point(|x| *x <= most) as f64 / sorted.len() as f64;
    let distance = one.iter().chain(&two).map(|x| (share(&one, *x) - share(&two, *x)).abs()).fold(0.0, f64::max);
    let (n, m) = (one.len() as f64, two.len() as f64);
    let root = (n * m / (n + m)).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * distance;
    if lambda < 0.2 {
        // The sum converges slowly there, and is 1 to more digits than anybody reads.
        return 1.0;
    }
    let term = |k: i32| f64::from(1 - 2 * ((k + 1) % 2)) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(from: f64) -> Vec<f64> {
        (0..1_000).map(|step| from + f64::from(step)).collect()
    }

    #[test]
    fn the_same_is_the_same_and_a_shift_is_seen() {
        assert!(kolmogorov_smirnov(&line(0.0), &line(0.0)) > 0.999);
        assert!(kolmogorov_smirnov(&line(0.0), &line(30.0)) > 0.5);
        assert!(kolmogorov_smirnov(&line(0.0), &line(100.0)) < 0.001);
    }

    #[test]
    fn p_is_what_tables_say() {
        // A distance of 1.358 / sqrt(n m / (n + m)) is p = 0.05 for many samples: here 0.0607 of 1000 and 1000.
        let p = kolmogorov_smirnov(&line(0.0), &line(60.5));
        assert!((p - 0.05).abs() < 0.005, "{p}");
        assert_eq!(median(&line(0.0)), 500.0);
    }
}
