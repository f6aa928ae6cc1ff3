//! The variable-length integers that stored cells are written with: seven bits a byte, lowest first (LEB128).

use thiserror::Error;

/// Stored bytes that no version of this crate wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes end in the middle of a value.
    #[error("the stored bytes end too early")]
    Truncated,
    /// A later version wrote them.
    #[error("the stored bytes have version {0}, which this program does not know")]
    Version(u8),
    /// The bytes contradict themselves.
    #[error("the stored bytes are damaged: {0}")]
    Damaged(&'static str),
}

#[inline]
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[inline]
pub(crate) fn take(bytes: &mut &[u8]) -> Result<u64, DecodeError> {
    match bytes.split_first() {
        Some((&byte, rest)) if byte < 0x80 => {
            *bytes = rest;
            Ok(byte.into())
        }
        _ => take_longer(bytes),
    }
}

fn take_longer(bytes: &mut &[u8]) -> Result<u64, DecodeError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return Err(DecodeError::Damaged("a number has more than 64 bits"));
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(DecodeError::Damaged("a number has more than 64 bits"))
}

#[inline]
pub(crate) fn take_byte(bytes: &mut &[u8]) -> Result<u8, DecodeError> {
    let (&first, rest) = bytes.split_first().ok_or(DecodeError::Truncated)?;
    *bytes = rest;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_comes_back(value: u64) {
            let mut bytes = Vec::new();
            put(&mut bytes, value);
            prop_assert_eq!(take(&mut &*bytes), Ok(value));
            prop_assert_eq!(take(&mut &bytes[..bytes.len() - 1]), Err(DecodeError::Truncated));
        }

        #[test]
        fn any_bytes_give_an_answer(bytes: Vec<u8>) {
            let _ = take(&mut &*bytes);
        }
    }
}
