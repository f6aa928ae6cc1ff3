//! The JSON Schema of a line. Which fields there are, and what each may hold, is told by the types.

use schemars::Schema;
use serde_json::{Value, json};

use super::record::Record;

/// The JSON Schema of a line, of draft 2020-12.
pub fn schema() -> Value {
    schemars::schema_for!(Record<'static>).to_value()
}

/// Of an object that has a value under that name; null is none.
fn has(name: &str) -> Value {
    json!({"required": [name], "properties": {name: {"not": {"type": "null"}}}})
}

/// Says whose a line is.
pub(super) fn whose(schema: &mut Schema) {
    let of_queue = json!({"allOf": [has("queue")], "not": {"anyOf": [has("unit"), has("service")]}});
    let is_callback = json!({"properties": {"event": {"pattern": "^callback_"}}});
    let of_series = json!({
        "allOf": [has("unit"), has("service"), {"anyOf": [is_callback, has("channel")]}],
        "not": has("queue"),
    });
    schema.insert("anyOf".to_owned(), json!([of_queue, of_series]));
}

/// Says that of a poll something was seen, and no number where it was closed.
pub(super) fn seen(schema: &mut Schema) {
    schema.insert("anyOf".to_owned(), ["open", "waiting", "wait", "desks"].map(has).into());
    let is_closed = json!({"required": ["open"], "properties": {"open": {"const": false}}});
    let numbers = ["waiting", "wait", "desks"].map(has);
    schema.insert("not".to_owned(), json!({"allOf": [is_closed, {"anyOf": numbers}]}));
}

#[cfg(test)]
mod tests {
    use jono_domain::Reason;

    use super::*;
    use crate::source::events::tests::{counted, samples};

    /// Whether a value is valid, as far as our schema says. A word of schemas that it does not use is not known here.
    fn is_valid(schema: &Value, value: &Value) -> bool {
        let all = |schemas: &Value| -> Vec<bool> {
            schemas.as_array().unwrap().iter().map(|schema| is_valid(schema, value)).collect()
        };
        schema.as_object().unwrap().iter().all(|(word, says)| match word.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => match says.as_array() {
                Some(types) => types.iter().any(|name| is_type(name, value)),
                None => is_type(says, value),
            },
            "const" => value == says,
            "enum" => says.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= says.as_u64().unwrap()),
            "format" => value.as_str().is_none_or(|text| text.parse::<jiff::Timestamp>().is_ok()),
            "pattern" => value.as_str().is_none_or(|text| match says.as_str().unwrap() {
                "^callback_" => text.starts_with("callback_"),
                "^[0-9]{4}-Q[1-4]$" => ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"].contains(&text),
                other => panic!("{other} is a pattern that is not known here"),
            }),
            "required" => {
                says.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => says
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, schema)| value.get(name).is_none_or(|value| is_valid(schema, value))),
            "allOf" => all(says).into_iter().all(|valid| valid),
            "anyOf" => all(says).into_iter().any(|valid| valid),
            "oneOf" => all(says).into_iter().filter(|valid| *valid).count() == 1,
            "not" => !is_valid(says, value),
            other => panic!("{other} is a word of schemas that is not known here"),
        })
    }

    fn is_type(name: &Value, value: &Value) -> bool {
        match name.as_str().unwrap() {
            "object" => value.is_object(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "number" => value.is_number(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            other => panic!("{other} is a type that is not known here"),
        }
    }

    #[test]
    fn the_schema_refuses_what_is_refused_and_nothing_else() {
        let schema = schema();
        let others = [
            json!(null),
            json!(""),
            json!("x"),
            json!(0),
            json!(-1),
            json!(2.5),
            json!(11),
            json!(true),
            json!(false),
            json!(100_001),
            json!([1]),
            json!({"a": 1}),
            json!("reached"),
            json!("answered"),
            json!("2020-06-08T10:00:00"),
            json!("2020-Q4"),
        ];
        let mut seen = [0, 0];
        for sample in samples() {
            let sample: Value = serde_json::from_str(sample).unwrap();
            assert!(is_valid(&schema, &sample), "{sample}");
            let names = sample.as_object().unwrap().keys().map(String::as_str);
            for name in names.chain(["queue", "channel", "unit", "service", "id", "open", "desks", "more"]) {
                let mut lines = vec![sample.clone()];
                lines[0].as_object_mut().unwrap().remove(name);
                lines.extend(others.iter().map(|other| {
                    let mut line = sample.clone();
                    line[name] = other.clone();
                    line
                }));
                for line in lines {
                    let (valid, counted) = (is_valid(&schema, &line), counted(&line.to_string()));
                    if name.contains("at") && matches!(counted, Err(Reason::WrongOrder | Reason::OutOfRange))
                    {
                        // How far two times lie apart is beyond a schema.
                        continue;
                    }
                    assert_eq!(valid, counted.is_ok(), "{line}");
                    seen[usize::from(valid)] += 1;
                }
            }
        }
        assert!(seen.into_iter().all(|lines| lines > 100), "{seen:?}");
    }

    #[test]
    fn every_field_of_the_samples_is_in_the_schema() {
        let schema = schema();
        for sample in samples() {
            let sample: Value = serde_json::from_str(sample).unwrap();
            let is_of = |event: &&Value| event["properties"]["event"]["const"] == sample["event"];
            let event = schema["oneOf"].as_array().unwrap().iter().find(is_of).unwrap();
            for name in sample.as_object().unwrap().keys() {
                let known = schema["properties"].get(name).or(event["properties"].get(name));
                assert!(known.is_some(), "{name} of {sample}");
            }
        }
    }
}
