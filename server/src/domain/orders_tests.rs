//! Whatever people do to the orders of an item, in whatever order: the item is sold once at most, an end is for good, and
//! nobody but the two has a say. (S109)

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::domain::items::{Condition, Offer};
use crate::random::Random;

const NOW: Time = Time::from_ms(1_000);

fn user(number: u8) -> UserId {
    UserId::of(Time::from_ms(0), [number; 10])
}

const fn euros(amount: i64) -> (i64, &'static str) {
    (amount, "EUR")
}

fn money((amount, currency): (i64, &str)) -> Money {
    Money { amount, currency: currency.parse().unwrap() }
}

fn item(status: items::Status) -> Item {
    let offer = Offer {
        title: "Rangefinder camera".to_owned(),
        description: String::new(),
        price: money(euros(24_900)),
        condition: Condition::Good,
        category: None,
        brand: None,
    };
    let offered = Item::offered(ItemId::new(NOW, &Random::default()).unwrap(), user(0), offer, NOW);
    Item { status, ..offered }
}

fn place(item: &Item, buyer: UserId, expected: Option<Money>) -> Result<Order, OrderError> {
    Order::placed(OrderId::new(NOW, &Random::default()).unwrap(), item, buyer, expected, NOW)
}

/// What somebody does.
#[derive(Debug, Clone, Copy)]
enum Act {
    Order,
    End(usize, End),
    Withdraw,
    Offer,
    Price(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let end = prop_oneof![Just(End::Complete), Just(End::Cancel)];
    prop_oneof![
        3 => Just(Act::Order),
        4 => (0..6_usize, end).prop_map(|(which, how)| Act::End(which, how)),
        1 => Just(Act::Withdraw),
        1 => Just(Act::Offer),
        1 => (0..100_i64).prop_map(Act::Price),
    ]
}

/// An item with the orders of it, driven as the operations drive them.
struct Market {
    item: Item,
    orders: Vec<Order>,
}

impl Market {
    /// Does it, or leaves everything as it is.
    fn act(&mut self, who: UserId, act: Act) {
        let change = match act {
            Act::Order => {
                if let Ok(order) = place(&self.item, who, None) {
                    self.item.status = items::Status::Reserved;
                    self.orders.push(order);
                }
                return;
            }
            Act::End(which, how) => {
                let Some(order) = self.orders.get_mut(which) else { return };
                let Ok(party) = order.party(&who) else { return };
                if let Ok(ended) = order.clone().ended(how, party, NOW) {
                    *order = ended;
                    self.item.status = how.item();
                }
                return;
            }
            Act::Withdraw => items::Change { status: Some(items::Status::Withdrawn), ..items::Change::default() },
            Act::Offer => items::Change { status: Some(items::Status::Active), ..items::Change::default() },
            Act::Price(amount) => items::Change { price: Some(money(euros(amount))), ..items::Change::default() },
        };
        if self.item.obeys(&who, false).is_ok()
            && let Ok(changed) = self.item.clone().changed(change, NOW)
        {
            self.item = changed;
        }
    }

    fn orders_in(&self, status: Status) -> usize {
        self.orders.iter().filter(|order| order.status == status).count()
    }
}

proptest! {
    #[test]
    fn s109_an_item_is_sold_once_and_its_state_says_what_its_orders_are(script in vec((0..4_u8, act()), 0..60)) {
        let mut market = Market { item: item(items::Status::Active), orders: Vec::new() };
        for (who, act) in script {
            let before = market.orders.clone();
            market.act(user(who), act);

            let (pending, completed) = (market.orders_in(Status::Pending), market.orders_in(Status::Completed));
            prop_assert!(pending + completed <= 1);
            prop_assert_eq!(market.item.status == items::Status::Reserved, pending == 1);
            prop_assert_eq!(market.item.status == items::Status::Sold, completed == 1);
            for (old, new) in before.iter().zip(&market.orders) {
                prop_assert_eq!((old.price, old.buyer, old.seller), (new.price, new.buyer, new.seller));
                prop_assert!(old.status == Status::Pending || old == new, "an end is for good");
                let by_a_party = old == new || old.buyer == Some(user(who)) || old.seller == Some(user(who));
                prop_assert!(by_a_party, "nobody else has a say");
            }
            for order in &market.orders {
                prop_assert_ne!(order.buyer, order.seller);
                prop_assert_eq!(order.ended.is_none(), order.status == Status::Pending);
            }
        }
    }
}

#[test]
fn s109_the_price_is_that_of_the_moment_and_not_what_the_buyer_says() {
    let item = item(items::Status::Active);

    assert_eq!(place(&item, user(1), None).unwrap().price, item.price);
    assert_eq!(place(&item, user(1), Some(item.price)).unwrap().price, item.price);
    for other in [euros(24_899), (24_900, "USD")] {
        assert_eq!(place(&item, user(1), Some(money(other))), Err(OrderError::PriceChanged(item.price)));
    }
}

#[test]
fn only_an_active_item_of_somebody_else_can_be_ordered() {
    assert_eq!(place(&item(items::Status::Active), user(0), None), Err(OrderError::OwnItem));
    for status in [items::Status::Withdrawn, items::Status::Reserved, items::Status::Sold] {
        assert_eq!(place(&item(status), user(1), None), Err(OrderError::Unavailable(status)));
    }
}

#[test]
fn s105_to_everybody_but_the_two_there_is_no_order() {
    let order = place(&item(items::Status::Active), user(1), None).unwrap();

    assert_eq!(order.party(&user(1)), Ok(Party::Buyer));
    assert_eq!(order.party(&user(0)), Ok(Party::Seller));
    assert_eq!(order.party(&user(2)), Err(OrderError::NotFound));
    let left = Order { buyer: None, ..order };
    assert_eq!(left.party(&user(1)), Err(OrderError::NotFound));
    assert_eq!((left.account(Party::Buyer), left.account(Party::Seller)), (None, Some(user(0))));
}
