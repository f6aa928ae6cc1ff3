//! Where something is in a table: in a column, as it is or by a list of its values, or the same in every row.

use std::{collections::BTreeMap, str::FromStr};

use super::Fields;

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<T> {
    /// The same in every row.
    Constant(T),
    /// In the column of that name.
    Column {
        /// The column's name.
        name: String,
        /// What its texts mean; without a list, a text is what it says.
        values: Option<BTreeMap<String, T>>,
    },
}

/// A text that means nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaningless;

impl<T: Clone + FromStr> Place<T> {
    /// What a row says; `None` if it has no value.
    pub(crate) fn read(&self, row: &Fields<'_>) -> Result<Option<T>, Meaningless> {
        let (name, values) = match self {
            Self::Constant(value) => return Ok(Some(value.clone())),
            Self::Column { name, values } => (name, values),
        };
        let text = row.text(name);
        // A mark of no value may be given a meaning.
        if let Some(value) = values.as_ref().and_then(|values| values.get(text)) {
            return Ok(Some(value.clone()));
        }
        match values {
            _ if !row.is_value(text) => Ok(None),
            Some(_) => Err(Meaningless),
            None => text.parse().map(Some).map_err(|_| Meaningless),
        }
    }
}

impl Place<String> {
    /// What a row says, as it stands there; `None` if it has no value.
    #[inline(always)]
    pub(crate) fn text<'r>(&'r self, row: &'r Fields<'_>) -> Result<Option<&'r str>, Meaningless> {
        let (name, values) = match self {
            Self::Constant(value) => return Ok(Some(value)),
            Self::Column { name, values } => (name, values),
        };
        let Some(values) = values else { return Ok(row.value(name)) };
        let text = row.text(name);
        match values.get(text) {
            Some(value) => Ok(Some(value)),
            None if row.is_value(text) => Err(Meaningless),
            None => Ok(None),
        }
    }
}

impl<T> Place<T> {
    /// The column, if it is in one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Constant(_) => None,
            Self::Column { name, .. } => Some(name),
        }
    }

    /// What it can be according to the mapping: the constant, or the values of the list.
    pub fn known(&self) -> impl Iterator<Item = &T> {
        let (constant, values) = match self {
            Self::Constant(value) => (Some(value), None),
            Self::Column { values, .. } => (None, values.as_ref()),
        };
        constant.into_iter().chain(values.into_iter().flat_map(BTreeMap::values))
    }
}
