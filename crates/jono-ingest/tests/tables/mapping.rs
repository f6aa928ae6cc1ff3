//! Mappings to test with, and reading by them.

use std::{collections::BTreeMap, sync::Arc};

use jono_domain::{Batch, Router, Zone};
use jono_ingest::{
    Batches, Context, Form, Format, Input, Mapping, Options, ReadError, Unrouted, format,
    table::{Layout, Only, Place, Value, When},
};

/// The column of that name.
pub(super) fn column<T>(name: &str) -> Place<T> {
    Place::Column { name: name.to_owned(), values: None }
}

/// The column of that name, with a list of what its texts mean.
pub(super) fn listed<T: std::str::FromStr<Err: std::fmt::Debug>>(
    name: &str,
    values: &[(&str, &str)],
) -> Place<T> {
    let values = values.iter().map(|(text, value)| ((*text).to_owned(), value.parse().unwrap()));
    Place::Column { name: name.to_owned(), values: Some(values.collect::<BTreeMap<_, _>>()) }
}

/// The same in every row.
pub(super) fn constant<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &str) -> Place<T> {
    Place::Constant(value.parse().unwrap())
}

/// A column of values of one measure, by phone, of one service.
pub(super) fn value(column: &str, measure: &str, unit: Place<jono_domain::UnitId>) -> Value {
    Value {
        column: column.to_owned(),
        measure: constant(measure),
        given_in: None,
        channel: constant("phone"),
        unit,
        service: constant("support"),
        of: None,
        provisional: None,
        label: None,
    }
}

/// Weeks of ISO years, in columns so named.
pub(super) fn weeks() -> When {
    When { year: Some(column("year")), week: Some(column("week")), ..When::default() }
}

/// A mapping of weeks.
pub(super) fn mapping(layout: Layout, values: Vec<Value>) -> Mapping {
    Mapping { layout, only: Only::new(), when: weeks(), values }
}

/// The format of that name, by that mapping.
pub(super) fn made(name: &str, mapping: Mapping) -> Arc<dyn Format> {
    match format(name).unwrap() {
        Form::Table(make) => make(mapping).unwrap(),
        Form::Plain(_) | Form::Records(_) => panic!("{name} reads no tables"),
    }
}

/// Reads a document in one go.
pub(super) fn read(format: &Arc<dyn Format>, document: &[u8]) -> Result<Batch, ReadError> {
    let zone = Zone::new("Europe/Helsinki").unwrap();
    let context = Context {
        log_zone: zone.clone(),
        zone,
        router: Router::default(),
        unrouted: Unrouted::default(),
        promises: std::collections::BTreeMap::new(),
        until: jono_domain::UnixSeconds::MAX,
    };
    let input = Input::spool("table", document).unwrap();
    let mut batches = Batches::new(&input, format, &Arc::new(context), None, Options::default()).unwrap();
    let batch = batches.next().expect("a batch or why not")?;
    assert!(batches.next().is_none() && batches.pending_bytes() == 0);
    assert_eq!(input.compare(&batch.position).unwrap(), jono_ingest::Prefix::Same);
    Ok(batch)
}
