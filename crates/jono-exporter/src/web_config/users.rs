//! Basic authentication: passwords that are kept as bcrypt hashes.
//!
//! A hash takes a good part of a second to compare, on purpose. So a comparison is made off the threads that answer,
//! one at a time, and what was right once is remembered. What was wrong is not: guesses cannot push it out.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bcrypt::HashParts;
use hyper::header::{AUTHORIZATION, HeaderMap};
use tokio::task::spawn_blocking;
use tokio_rustls::rustls::crypto::ring;

use super::{held, mistake::Mistake};

/// How many right passwords are remembered: some for each user, who may be many.
const REMEMBERED: usize = 256;

/// Who may ask. If there are none, everybody may.
#[derive(Default)]
pub(super) struct Users {
    hashes: BTreeMap<String, String>,
    remembered: Mutex<VecDeque<blake3::Hash>>,
    secret: [u8; blake3::KEY_LEN],
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl std::fmt::Debug for Users {
    /// Hashes are not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.hashes.keys()).finish()
    }
}

impl Users {
    pub(super) fn new(hashes: BTreeMap<String, String>) -> Result<Self, Mistake> {
        for (user, hash) in &hashes {
            let cost = hash.parse::<HashParts>().map(|parts| parts.get_cost());
            if !cost.is_ok_and(|cost| (4..=31).contains(&cost)) {
                return Err(Mistake::Password { user: user.clone() });
            }
        }
        let mut secret = [0; blake3::KEY_LEN];
        let random = ring::default_provider().secure_random;
        random.fill(&mut secret).expect("the operating system has random bytes");
        Ok(Self { hashes, secret, ..Self::default() })
    }

    /// Whether a request comes from one of them.
    pub(super) async fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(any_hash) = self.hashes.values().next() else { return true };
        let Some((user, password)) = credentials(headers) else { return false };
        let own_hash = std::str::from_utf8(&user).ok().and_then(|user| self.hashes.get(user));
        // Somebody unknown is compared as well, so that the time does not tell who is known.
        let hash = own_hash.unwrap_or(any_hash);
        let mark = self.mark([&user, hash.as_bytes(), &password]);
        if held(&self.remembered).contains(&mark) {
            return true;
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if held(&self.remembered).contains(&mark) {
            return true;
        }
        let hash = hash.clone();
        let compare = spawn_blocking(move || {
            // The turn lasts as long as the comparison, also when the client is gone.
            let _turn = turn;
            bcrypt::verify(password, &hash).unwrap_or(false)
        });
        let right = own_hash.is_some() && compare.await.unwrap_or(false);
        if right {
            let mut remembered = held(&self.remembered);
            remembered.truncate(REMEMBERED - 1);
            remembered.push_front(mark);
        }
        right
    }

    /// What one set of fields has and no other: each is preceded by its length, and the key is nobody's to know.
    fn mark(&self, fields: [&[u8]; 3]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        for field in fields {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        hasher.finalize()
    }
}

/// User and password of `Authorization: Basic`, RFC 7617.
fn credentials(headers: &HeaderMap) -> Option<(Vec<u8>, Vec<u8>)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let mut user =
        BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let colon = user.iter().position(|byte| *byte == b':')?;
    let password = user.split_off(colon + 1);
    user.truncate(colon);
    Some((user, password))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cost 4, the cheapest there is.
    fn users(users: &[(&str, &str)]) -> Users {
        let hash = |(user, password): &(&str, &str)| ((*user).to_owned(), bcrypt::hash(password, 4).unwrap());
        Users::new(users.iter().map(hash).collect()).unwrap()
    }

    async fn check(users: &Users, authorization: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        users.admit(&headers).await
    }

    fn basic(credentials: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(credentials))
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user() {
        let users = users(&[("alice", "red"), ("bob", "a:b"), ("", "nobody")]);
        for _ in 0..2 {
            assert!(check(&users, &basic("alice:red")).await);
            assert!(check(&users, &basic("alice:red").replace("Basic", "bASIC")).await);
            assert!(check(&users, &basic("bob:a:b")).await);
            assert!(check(&users, &basic(":nobody")).await);
            for wrong in ["alice:", "alice:Red", "bob:red", "carol:nobody", "alice", "", "alice:a:b", ":red"]
            {
                assert!(!check(&users, &basic(wrong)).await, "{wrong:?}");
            }
            assert!(!check(&users, &basic("alice:red").replace("Basic", "Bearer")).await);
            assert!(!check(&users, "Basic alice:red").await);
            assert!(!users.admit(&HeaderMap::new()).await);
        }
        assert_eq!(held(&users.remembered).len(), 3, "only what was right is remembered");
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let users = users(&[("alice", &"a".repeat(72))]);
        // bcrypt looks at 72 bytes, so that all of these are right.
        for length in 72..72 + REMEMBERED + 10 {
            assert!(check(&users, &basic(&format!("alice:{}", "a".repeat(length)))).await);
        }
        assert_eq!(held(&users.remembered).len(), REMEMBERED);
    }

    #[tokio::test]
    async fn without_users_everybody_is_admitted() {
        assert!(Users::default().admit(&HeaderMap::new()).await);
    }

    proptest! {
        #[test]
        fn only_the_same_fields_have_the_same_mark(a in fields(), b in fields()) {
            let users = Users::default();
            let mark = |[user, hash, password]: &[String; 3]| {
                users.mark([user.as_bytes(), hash.as_bytes(), password.as_bytes()])
            };
            prop_assert_eq!(mark(&a) == mark(&b), a == b);
        }
    }

    /// Of few letters, so that their concatenations are often the same.
    fn fields() -> impl Strategy<Value = [String; 3]> {
        ["[a:]{0,2}", "[a:]{0,2}", "[a:]{0,2}"]
    }

    #[test]
    fn a_password_in_the_clear_is_refused_and_not_shown() {
        let check =
            |hash: &str| Users::new([("bob".to_owned(), hash.to_owned())].into()).unwrap_err().to_string();
        insta::assert_snapshot!(check("secret"), @r#"the password of "bob" in basic_auth_users is no bcrypt hash; make one with htpasswd -nBC 10"#);
        assert_eq!(check("$2y$99$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG"), check("secret"));
    }
}
