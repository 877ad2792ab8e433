//! Relative positions as DeBERTa counts them: exact when near, in logarithmic buckets when far.

/// How a distance becomes a row of the relative-position table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// Buckets on each side; 0: every distance has its own.
    pub buckets: usize,
    /// The distance that falls into the last bucket.
    pub max_position: usize,
}

impl Buckets {
    /// The signed bucket of `distance` (query position minus key position).
    pub fn bucket(self, distance: i64) -> i64 {
        let middle = (self.buckets / 2) as i64;
        let far = if self.buckets == 0 || distance.abs() < middle { middle - 1 } else { distance.abs() };
        if self.buckets == 0 || far <= middle {
            return distance;
        }
        // In f32, as the reference computes it: a bucket's border must fall on the same distance.
        let (far, middle_f) = (far as f32, middle as f32);
        let ratio = (far / middle_f).ln() / ((self.max_position as f32 - 1.0) / middle_f).ln();
        let bucket = (ratio * (middle_f - 1.0)).ceil() + middle_f;
        (bucket * if distance < 0 { -1.0 } else { 1.0 }) as i64
    }

    /// Row of a table with `2 · span` rows.
    pub fn row(self, distance: i64, span: usize) -> usize {
        let last = (2 * span).saturating_sub(1) as i64;
        (self.bucket(distance) + span as i64).clamp(0, last) as usize
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn near_distances_are_exact_and_far_ones_share() {
        let b = Buckets { buckets: 256, max_position: 512 };
        assert_eq!([b.bucket(0), b.bucket(5), b.bucket(-128)], [0, 5, -128]);
        assert_eq!(b.bucket(200), -b.bucket(-200));
        assert!(b.bucket(200) < 200);
        assert_eq!(b.row(100_000, 256), 511);
        assert_eq!(b.row(-100_000, 256), 0);
        assert_eq!(Buckets { buckets: 0, max_position: 9 }.bucket(-700), -700);
    }

    #[test]
    fn the_reference_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/gliner/tables/relative_buckets.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is missing");
            return;
        };
        let tables: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut compared = 0;
        for table in tables.as_array().unwrap() {
            let size = table["position_buckets"].as_i64().unwrap();
            let max_position = table["max_position"].as_i64().unwrap().max(0) as usize;
            let buckets = Buckets { buckets: size.max(0) as usize, max_position };
            for (distance, want) in table["rel"].as_array().unwrap().iter().zip(table["bucket"].as_array().unwrap()) {
                assert_eq!(buckets.bucket(distance.as_i64().unwrap()), want.as_i64().unwrap(), "{distance}");
                compared += 1;
            }
        }
        assert!(compared > 1000);
    }
}
