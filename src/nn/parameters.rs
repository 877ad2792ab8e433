//! Named arrays a model is built from, and what is wrong with them.
//!
//! Layers take what they need by name; an array that is missing or has another shape is an error that says which one,
//! what was expected and what was found. Shapes are checked before anything is computed.

use std::collections::BTreeMap;

/// One parameter: its dimensions, outermost first, and its values, row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Array {
    /// Dimensions.
    pub shape: Vec<usize>,
    /// Values.
    pub data: Vec<f32>,
}

/// Parameters by name; a layer removes what it takes.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    arrays: BTreeMap<String, Array>,
}

/// Why a layer could not be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// No array of that name.
    #[error("the weights have no tensor `{name}`")]
    Missing {
        /// The name looked for.
        name: String,
    },
    /// The array is there, in another shape.
    #[error("tensor `{name}` has shape {found:?}, expected {expected}")]
    Shape {
        /// Its name.
        name: String,
        /// The shape the model needs, `*` for any length.
        expected: String,
        /// The shape in the file.
        found: Vec<usize>,
    },
}

/// Stands for a dimension of any length in [`Parameters::take`].
pub const ANY: usize = usize::MAX;

impl Parameters {
    /// From named arrays.
    pub fn new(arrays: BTreeMap<String, Array>) -> Self {
        Self { arrays }
    }

    /// True when an array of that name is still there.
    pub fn has(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    /// Names nobody has taken.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }

    /// Dimensions of an array that is still there.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.arrays.get(name).map(|a| a.shape.as_slice())
    }

    /// One more than the largest number that follows `prefix` in a name: `layer.` → layers, complete or not.
    pub fn count(&self, prefix: &str) -> usize {
        let numbers = self.arrays.range(prefix.to_owned()..).map_while(|(name, _)| name.strip_prefix(prefix));
        numbers.filter_map(|rest| rest.split('.').next()?.parse::<usize>().ok()).map(|n| n + 1).max().unwrap_or(0)
    }

    /// Drops the array `name`, if it is there.
    pub fn remove(&mut self, name: &str) {
        self.arrays.remove(name);
    }

    /// Removes the array `name`; its shape must be `shape`, where [`ANY`] matches every length.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Array, ParameterError> {
        let Some(array) = self.arrays.remove(name) else {
            return Err(ParameterError::Missing { name: name.to_owned() });
        };
        let fits = array.shape.len() == shape.len()
            && array.shape.iter().zip(shape).all(|(&found, &want)| want == ANY || found == want)
            && array.shape.iter().product::<usize>() == array.data.len();
        if fits {
            return Ok(array);
        }
        let expected: Vec<String> =
            shape.iter().map(|&d| if d == ANY { "*".to_owned() } else { d.to_string() }).collect();
        Err(ParameterError::Shape {
            name: name.to_owned(),
            expected: format!("[{}]", expected.join(", ")),
            found: array.shape,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_shape_says_what_was_expected_and_found() {
        let array = Array { shape: vec![2, 3], data: vec![0.0; 6] };
        let mut parameters = Parameters::new(BTreeMap::from([("w".to_owned(), array)]));
        let missing = parameters.take("v", &[ANY]).map_err(|e| e.to_string());
        assert_eq!(missing, Err("the weights have no tensor `v`".to_owned()));
        let wrong = parameters.take("w", &[ANY, 4]).map_err(|e| e.to_string());
        assert_eq!(wrong, Err("tensor `w` has shape [2, 3], expected [*, 4]".to_owned()));
    }
}
