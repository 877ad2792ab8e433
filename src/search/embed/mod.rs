//! Texts as vectors: near in meaning, near in direction.

/// Makes vectors of texts. The embedded one needs no file and no network.
#[derive(Debug)]
pub struct Embedder {
    dims: usize,
}

impl Embedder {
    /// The embedded one, shared by all.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: Embedder = Embedder { dims: 256 };
        &EMBEDDED
    }

    /// What it is called; an index made with another one is made again.
    pub fn name(&self) -> &str {
        "words"
    }

    /// Numbers of a vector.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// The vector of a text, of length 1; all zero when no word of it is known.
    pub fn embed(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0f32; self.dims];
        for word in text.split_whitespace() {
            let hash = word.bytes().fold(0usize, |h, b| h.wrapping_mul(31).wrapping_add(b as usize));
            vector[hash % self.dims] += 1.0;
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|x| *x /= length);
        }
        vector
    }
}
