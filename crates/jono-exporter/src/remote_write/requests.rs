//! Samples into requests of a bounded size: the same samples make the same requests, byte by byte.

use super::message::{Request, Sample, TimeSeries, labels};
use crate::{
    backfill::{Moment, Sink},
    catalogue::Family,
};

/// So many samples a request has at most: a few hundred KB, which every store takes.
const SAMPLES: usize = 10_000;

/// A [`Sink`] that hands on requests, in order. A series that is too long for one goes on in the next.
#[derive(Debug)]
pub struct Requests<F> {
    hand_on: F,
    limit: usize,
    /// The series of the metric that is being taken. Only the first `known` are of it, the rest is kept for its memory.
    metric: Vec<(String, Vec<Sample>)>,
    known: usize,
    /// Where the next sample probably belongs: those of a histogram come in turn.
    next: usize,
    request: Vec<TimeSeries>,
    samples: usize,
}

impl<E, F: FnMut(Request) -> Result<(), E>> Requests<F> {
    /// None yet; each will be given to the function.
    pub const fn new(hand_on: F) -> Self {
        Self {
            hand_on,
            limit: SAMPLES,
            metric: Vec::new(),
            known: 0,
            next: 0,
            request: Vec::new(),
            samples: 0,
        }
    }

    /// Where the samples of a series are.
    fn place(&mut self, name: &str) -> usize {
        let known = &self.metric[..self.known];
        let guess = if self.next < self.known { self.next } else { 0 };
        if known.get(guess).is_some_and(|(known, _)| known == name) {
            return guess;
        }
        if let Some(place) = known.iter().position(|(known, _)| known == name) {
            return place;
        }
        self.known += 1;
        match self.metric.get_mut(self.known - 1) {
            Some((spare, _)) => name.clone_into(spare),
            None => self.metric.push((name.to_owned(), Vec::new())),
        }
        self.known - 1
    }

    fn end_request(&mut self) -> Result<(), E> {
        self.samples = 0;
        (self.hand_on)(Request::new(std::mem::take(&mut self.request)))
    }
}

impl<E, F: FnMut(Request) -> Result<(), E>> Sink for Requests<F> {
    type Error = E;

    fn family(&mut self, _family: &Family) -> Result<(), E> {
        Ok(())
    }

    fn sample(&mut self, name: &str, value: f64, at: Moment) {
        let place = self.place(name);
        self.metric[place].1.push(Sample { value, timestamp: at.millis() });
        self.next = place + 1;
    }

    fn flush(&mut self) -> Result<(), E> {
        let mut metric = std::mem::take(&mut self.metric);
        for (name, samples) in &mut metric[..self.known] {
            let labels = labels(name);
            let mut rest = samples.as_slice();
            while !rest.is_empty() {
                let (part, after) = rest.split_at(rest.len().min(self.limit - self.samples));
                self.request.push(TimeSeries { labels: labels.clone(), samples: part.to_vec() });
                self.samples += part.len();
                rest = after;
                if self.samples == self.limit {
                    self.end_request()?;
                }
            }
            samples.clear();
        }
        (self.metric, self.known, self.next) = (metric, 0, 0);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), E> {
        if self.request.is_empty() { Ok(()) } else { self.end_request() }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use jono_domain::UnixSeconds;
    use prost::Message as _;

    use super::{super::message::WriteRequest, *};

    /// The requests of these samples, a line each; a name that ends a metric has a dot behind it.
    fn check(limit: usize, samples: &[(&str, i64)]) -> String {
        let mut made = Vec::new();
        let mut requests = Requests::new(|request: Request| {
            let message = WriteRequest::decode(request.message()).unwrap();
            let series: Vec<_> =
                message.timeseries.iter().map(|series| series.to_string().replace("__name__=", "")).collect();
            made.push(format!("{}: {}", request.samples(), series.concat()));
            Ok::<_, Infallible>(())
        });
        requests.limit = limit;
        for (name, at) in samples {
            let at = UnixSeconds::new(*at).unwrap();
            requests.sample(name.trim_end_matches('.'), 1.0, Moment::Before(at));
            if name.ends_with('.') {
                requests.flush().unwrap();
            }
        }
        requests.finish().unwrap();
        made.join("\n")
    }

    #[test]
    fn series_are_put_together_and_stay_in_the_order_of_time() {
        let samples = [("a", 1), ("b", 1), ("a", 2), ("b.", 2), ("c.", 1)];
        insta::assert_snapshot!(check(100, &samples), @r#"5: "a" 1@999 1@1999 "b" 1@999 1@1999 "c" 1@999 "#);
    }

    #[test]
    fn a_request_is_full_at_the_limit_and_a_series_goes_on_in_the_next() {
        let samples = [("a", 1), ("a", 2), ("a.", 3), ("b.", 1)];
        insta::assert_snapshot!(check(2, &samples), @r#"
        2: "a" 1@999 1@1999 
        2: "a" 1@2999 "b" 1@999 
        "#);
        assert_eq!(check(2, &[]), "");
    }

    #[test]
    fn a_series_that_is_not_where_it_was_expected_is_found() {
        let samples = [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("c", 1), ("a.", 3), ("b.", 3)];
        insta::assert_snapshot!(check(100, &samples), @r#"7: "a" 1@999 1@1999 1@2999 "b" 1@999 1@1999 "c" 1@999 "b" 1@2999 "#);
    }
}
