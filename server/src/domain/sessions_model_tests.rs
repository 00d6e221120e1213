//! S1: whatever comes in whatever order, a family of refresh tokens is what the model says: one live token at most, one
//! successor for each, and dead for good once anything came twice.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A family as the store keeps it, driven by [`Session::trade`] as a refresh drives it.
struct Family {
    session: Session,
    tokens: Vec<Generation>,
}

impl Family {
    fn begin(now: Time, client: Option<KeyId>) -> Self {
        let origin = Origin { client, ..Origin::default() };
        let session = Session::begin(UserId::ADMINISTRATOR, origin, now, &Random::default()).unwrap();
        let first = Generation { number: 0, expires_at: session.idle_end(now), used_at: None };
        Self { session, tokens: vec![first] }
    }

    /// The number of the token that the presented one brings.
    fn refresh(&mut self, place: usize, client: Option<KeyId>, now: Time) -> Result<usize, TradeError> {
        let successor_used = self.tokens.get(place + 1).is_some_and(|next| next.used_at.is_some());
        match self.session.trade(&self.tokens[place], successor_used, client, now) {
            Ok(Trade::Rotate) => {
                self.tokens[place].used_at = Some(now);
                let number = i64::try_from(place).unwrap() + 1;
                self.tokens.push(Generation { number, expires_at: self.session.idle_end(now), used_at: None });
                Ok(place + 1)
            }
            Ok(Trade::Repeat) => Ok(place + 1),
            Err(TradeError::Reused) => {
                self.session.revoked_at = Some(now);
                Err(TradeError::Reused)
            }
            Err(error) => Err(error),
        }
    }
}

/// What must come of it, said without times of tokens: the newest token, when each was made, and whether all is over.
struct Model {
    begun: Time,
    made: Vec<Time>,
    dead: bool,
}

impl Model {
    fn refresh(&mut self, place: usize, same_client: bool, now: Time) -> Result<usize, TradeError> {
        let newest = self.made.len() - 1;
        let too_old = now.since(self.made[place]) >= IDLE || now.since(self.begun) >= ABSOLUTE;
        let lost_answer = place + 1 == newest && !too_old && now.since(self.made[newest]) <= RETRY;
        let outcome = match () {
            () if self.dead => Err(TradeError::Invalid),
            () if place == newest && too_old => Err(TradeError::Invalid),
            () if !same_client => Err(TradeError::Reused),
            () if place == newest || lost_answer => Ok(place + 1),
            () => Err(TradeError::Reused),
        };
        match outcome {
            Ok(next) if next > newest => self.made.push(now),
            Err(TradeError::Reused) => self.dead = true,
            _ => {}
        }
        outcome
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Presents the token that is so many generations old.
    Refresh {
        age: usize,
        same_client: bool,
    },
    Revoke,
    Wait(Duration),
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        Just(Duration::from_millis(1)),
        Just(RETRY),
        Just(RETRY - Duration::from_millis(1)),
        Just(RETRY + Duration::from_millis(1)),
        Just(IDLE - Duration::from_millis(1)),
        Just(IDLE),
        (0_u64..60_000).prop_map(Duration::from_millis),
    ];
    prop_oneof![
        12 => Just(Step::Refresh { age: 0, same_client: true }),
        4 => Just(Step::Refresh { age: 1, same_client: true }),
        1 => (0_usize..6, any::<bool>()).prop_map(|(age, same_client)| Step::Refresh { age, same_client }),
        1 => Just(Step::Revoke),
        6 => wait.prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s1_a_family_of_tokens_is_what_the_model_says(bound in any::<bool>(), steps in vec(step(), 1..40)) {
        let mut now = Time::from_ms(1_000_000);
        let client = bound.then(|| KeyId::new(&Random::default()).unwrap());
        let stranger = Some(KeyId::new(&Random::default()).unwrap());
        let mut family = Family::begin(now, client);
        let mut model = Model { begun: now, made: vec![now], dead: false };
        for step in steps {
            match step {
                Step::Wait(by) => now = now.plus(by),
                Step::Revoke => {
                    family.session.revoked_at = Some(now);
                    model.dead = true;
                }
                Step::Refresh { age, same_client } => {
                    let place = (family.tokens.len() - 1).saturating_sub(age);
                    let by = if same_client { client } else { stranger };
                    prop_assert_eq!(family.refresh(place, by, now), model.refresh(place, same_client, now));
                }
            }
            prop_assert_eq!(family.tokens.iter().filter(|token| token.used_at.is_none()).count(), 1);
            prop_assert_eq!(family.session.revoked_at.is_some(), model.dead);
            prop_assert!(family.tokens.iter().all(|token| token.expires_at <= family.session.ends_at));
        }
    }
}
