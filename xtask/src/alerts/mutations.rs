//! Every small change of an expression: a number, a comparison, a matcher, a window, an offset, an operand.

use std::time::Duration;

use promql_parser::{
    label::MatchOp,
    parser::{
        Expr, MatrixSelector, VectorSelector,
        token::{T_EQLC, T_GTE, T_GTR, T_LSS, T_LTE, T_NEQ, TokenType},
    },
};

/// A changed expression, and what was changed.
#[derive(Debug)]
pub(super) struct Mutation {
    pub(super) what: String,
    pub(super) expr: Expr,
}

/// A whole number up to here is changed by one, another number by a tenth.
const SMALL: f64 = 10.0;

/// All expressions that differ from this one in one place.
pub(super) fn all(expr: &Expr) -> Vec<Mutation> {
    let mut mutations = here(expr);
    match expr {
        Expr::Aggregate(aggregate) => mutations.extend(inside(&aggregate.expr, |changed| {
            let mut aggregate = aggregate.clone();
            aggregate.expr = changed;
            Expr::Aggregate(aggregate)
        })),
        Expr::Binary(binary) => {
            mutations.extend(inside(&binary.lhs, |changed| {
                let mut binary = binary.clone();
                binary.lhs = changed;
                Expr::Binary(binary)
            }));
            mutations.extend(inside(&binary.rhs, |changed| {
                let mut binary = binary.clone();
                binary.rhs = changed;
                Expr::Binary(binary)
            }));
        }
        Expr::Paren(paren) => mutations.extend(inside(&paren.expr, |changed| {
            let mut paren = paren.clone();
            paren.expr = changed;
            Expr::Paren(paren)
        })),
        Expr::Call(call) => {
            for (index, argument) in call.args.args.iter().enumerate() {
                mutations.extend(inside(argument, |changed| {
                    let mut call = call.clone();
                    call.args.args[index] = changed;
                    Expr::Call(call)
                }));
            }
        }
        _ => {}
    }
    mutations
}

/// The changes of a part, each put back into the whole.
fn inside(part: &Expr, whole: impl Fn(Box<Expr>) -> Expr) -> Vec<Mutation> {
    let put_back = |Mutation { what, expr }| Mutation { what, expr: whole(Box::new(expr)) };
    all(part).into_iter().map(put_back).collect()
}

/// The changes of an expression itself, its parts left as they are.
fn here(expr: &Expr) -> Vec<Mutation> {
    let changed: Vec<Expr> = match expr {
        Expr::NumberLiteral(number) => {
            let value = number.val;
            let [less, more] = if value.abs() <= SMALL && value.fract() == 0.0 {
                [value - 1.0, value + 1.0]
            } else {
                [value * 0.9, value * 1.1]
            };
            [less, more].map(Expr::from).into()
        }
        Expr::Binary(binary) if binary.op.is_comparison_operator() => {
            let others: &[_] = match binary.op.id() {
                T_GTR => &[T_GTE, T_LSS],
                T_GTE => &[T_GTR, T_LTE],
                T_LSS => &[T_LTE, T_GTR],
                T_LTE => &[T_LSS, T_GTE],
                T_EQLC => &[T_NEQ],
                _ => &[T_EQLC],
            };
            let with = |other: &_| {
                let mut binary = binary.clone();
                binary.op = TokenType::new(*other);
                Expr::Binary(binary)
            };
            others.iter().map(with).collect()
        }
        Expr::Binary(binary) if binary.op.is_set_operator() => {
            // What is left of `unless` is its first operand; its second alone would be another question.
            let second = (binary.op.to_string() != "unless").then(|| (*binary.rhs).clone());
            [Some((*binary.lhs).clone()), second].into_iter().flatten().collect()
        }
        Expr::VectorSelector(selector) => {
            of_selector(selector).into_iter().map(Expr::VectorSelector).collect()
        }
        Expr::MatrixSelector(matrix) => {
            let windows =
                [matrix.range / 2, matrix.range * 2].map(|range| MatrixSelector { range, ..matrix.clone() });
            let selectors =
                of_selector(&matrix.vs).into_iter().map(|vs| MatrixSelector { vs, ..matrix.clone() });
            windows.into_iter().chain(selectors).map(Expr::MatrixSelector).collect()
        }
        _ => Vec::new(),
    };
    let mutation = |changed: Expr| Mutation { what: format!("`{expr}` as `{changed}`"), expr: changed };
    changed.into_iter().map(mutation).collect()
}

/// Each matcher turned round, and left out; the offset left out.
fn of_selector(selector: &VectorSelector) -> Vec<VectorSelector> {
    let mut changed = Vec::new();
    for index in 0..selector.matchers.matchers.len() {
        let mut without = selector.clone();
        let matcher = without.matchers.matchers.remove(index);
        changed.push(without);
        let mut turned = selector.clone();
        turned.matchers.matchers[index].op = match matcher.op {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Re(pattern) => MatchOp::NotRe(pattern),
            MatchOp::NotRe(pattern) => MatchOp::Re(pattern),
        };
        changed.push(turned);
    }
    if selector.offset.is_some() {
        changed.push(VectorSelector { offset: None, ..selector.clone() });
    }
    changed
}

/// How long a condition has to last: not at all, half of it, and twice as long.
pub(super) fn of_hold(hold: Duration) -> [Duration; 3] {
    [Duration::ZERO, hold / 2, hold * 2]
}

#[cfg(test)]
mod tests {
    use promql_parser::parser;

    use super::*;

    fn check(expr: &str) -> String {
        let expr = parser::parse(expr).unwrap();
        all(&expr).into_iter().map(|mutation| mutation.expr.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_place_is_changed_alone() {
        insta::assert_snapshot!(check(r#"increase(a{b="c"}[1h] offset 1w) >= 30 and on (d) e == 0"#), @r#"
        increase(a{b="c"}[1h] offset 1w) >= 30
        e == 0
        increase(a{b="c"}[1h] offset 1w) > 30 and on (d) e == 0
        increase(a{b="c"}[1h] offset 1w) <= 30 and on (d) e == 0
        increase(a{b="c"}[30m] offset 1w) >= 30 and on (d) e == 0
        increase(a{b="c"}[2h] offset 1w) >= 30 and on (d) e == 0
        increase(a[1h] offset 1w) >= 30 and on (d) e == 0
        increase(a{b!="c"}[1h] offset 1w) >= 30 and on (d) e == 0
        increase(a{b="c"}[1h]) >= 30 and on (d) e == 0
        increase(a{b="c"}[1h] offset 1w) >= 27 and on (d) e == 0
        increase(a{b="c"}[1h] offset 1w) >= 33 and on (d) e == 0
        increase(a{b="c"}[1h] offset 1w) >= 30 and on (d) e != 0
        increase(a{b="c"}[1h] offset 1w) >= 30 and on (d) e == -1
        increase(a{b="c"}[1h] offset 1w) >= 30 and on (d) e == 1
        "#);
        insta::assert_snapshot!(check("a unless b"), @"a");
    }
}
