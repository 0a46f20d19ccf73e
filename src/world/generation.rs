//! Numbers for plans that may be given up: what was planned then and comes due is told from what holds now.

/// Of which plan something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generation(u32);

impl Generation {
    /// Whatever was planned so far is void; gives the number of what is planned now.
    pub fn next(&mut self) -> Generation {
        self.0 += 1;
        *self
    }

    /// Whether something of this number is what was planned last.
    pub fn is_current(self, last: Generation) -> bool {
        self == last
    }

    /// By which streams tell one from another.
    pub fn number(self) -> u64 {
        u64::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_is_not_current() {
        let mut last = Generation::default();
        let first = last.next();
        assert!(first.is_current(last));
        let second = last.next();
        assert!(!first.is_current(last) && second.is_current(last));
    }
}
