use super::*;
use crate::domain::ids::{CategoryId, ItemId, UserId};
use crate::domain::items::{Condition, Offer, Status};
use crate::domain::money::Money;
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier, User};
use crate::domain::words::Words;
use crate::random::Random;
use crate::store::scratch::{self, Scratch};
use crate::store::{Tx, brands, categories, items, users};

async fn seller(scratch: &Scratch) -> UserId {
    let id = UserId::new(Time::from_ms(1), &Random::default()).unwrap();
    let role = Role::Member;
    let user =
        User { id, email: None, name: None, role, tier: Tier::Free, created_at: Time::from_ms(1), disabled_at: None };
    let mut tx = scratch.db.write().await.unwrap();
    users::insert_if_new(&mut tx, &user, None).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn item(seller: UserId, title: &str, amount: i64, at: i64) -> Item {
    let offer = Offer {
        title: title.to_owned(),
        description: "well kept".to_owned(),
        price: Money { amount, currency: "EUR".parse().unwrap() },
        condition: Condition::Good,
        category: None,
        brand: None,
    };
    Item::offered(ItemId::new(Time::from_ms(at), &Random::default()).unwrap(), seller, offer, Time::from_ms(at))
}

async fn keep(scratch: &Scratch, all: &[Item]) {
    let mut tx = scratch.db.write().await.unwrap();
    items::insert_all(&mut tx, all).await.unwrap();
    tx.commit().await.unwrap();
}

fn active() -> Filter {
    Filter { status: Some(Status::Active), ..Filter::default() }
}

fn euros(sort: Sort) -> Filter {
    Filter { sort, currency: Some("EUR".parse().unwrap()), ..active() }
}

fn with(words: &str) -> Filter {
    Filter { words: Some(Words::sought(words)), ..active() }
}

/// Every item of a list, page by page.
async fn walked(scratch: &Scratch, filter: &Filter, most: u64) -> Vec<Item> {
    let mut seen: Vec<Item> = Vec::new();
    let mut connection = scratch.db.read().await.unwrap();
    loop {
        let after = seen.last().map(|last| filter.place(last));
        let next = list(&mut connection, filter, after.as_ref(), most).await.unwrap();
        if next.is_empty() {
            return seen;
        }
        seen.extend(next);
    }
}

async fn titles(scratch: &Scratch, filter: &Filter) -> Vec<String> {
    walked(scratch, filter, 3).await.into_iter().map(|item| item.title).collect()
}

#[tokio::test]
async fn each_filter_lets_through_what_it_names() {
    for scratch in scratch::each().await {
        let (one, other) = (seller(&scratch).await, seller(&scratch).await);
        let mut connection = scratch.db.read().await.unwrap();
        let lenses = categories::tree(&mut connection).await.unwrap().of_slug("lenses").unwrap().id;
        let brand = brands::list(&mut connection, None, None, 1).await.unwrap()[0].id;
        let wanted =
            Item { category: Some(lenses), brand: Some(brand), condition: Condition::Poor, ..item(one, "One", 500, 5) };
        let francs = Money { amount: 500, currency: "CHF".parse().unwrap() };
        let dear = Item { price: francs, ..item(other, "Other", 0, 6) };
        keep(&scratch, &[wanted.clone(), dear, item(other, "Third", 501, 7)]).await;

        for filter in [
            Filter { categories: vec![lenses], ..active() },
            Filter { brand: Some(brand), ..active() },
            Filter { condition: Some(Condition::Poor), ..active() },
            Filter { seller: Some(one), ..active() },
            Filter { max_price: Some(500), ..euros(Sort::Newest) },
            Filter { min_price: Some(500), max_price: Some(500), ..euros(Sort::PriceDescending) },
            Filter { categories: vec![lenses], ..with("one WELL") },
        ] {
            let found = list(&mut connection, &filter, None, 9).await.unwrap();
            assert_eq!(found, std::slice::from_ref(&wanted), "{filter:?}");
        }
        let sold = Filter { status: Some(Status::Sold), ..active() };
        assert!(list(&mut connection, &sold, None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn prices_order_both_ways_and_every_item_of_a_price_is_there_once() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let mut all: Vec<Item> = (0..20).map(|n| item(seller, "Lens", n / 6 * 100, 1_000 + n)).collect();
        keep(&scratch, &all).await;

        all.sort_by_key(|item| (item.price.amount, item.id));
        assert_eq!(walked(&scratch, &euros(Sort::PriceAscending), 4).await, all);
        all.reverse();
        assert_eq!(walked(&scratch, &euros(Sort::PriceDescending), 4).await, all);
        let some = Filter { words: Some(Words::sought("lens")), ..euros(Sort::PriceDescending) };
        assert_eq!(walked(&scratch, &some, 4).await, all);
    }
}

#[tokio::test]
async fn a_category_holds_what_is_below_it_in_one_order() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let tree = categories::tree(&mut scratch.db.read().await.unwrap()).await.unwrap();
        let of = |slug: &str| tree.of_slug(slug).unwrap().id;
        let slugs = ["cameras", "film-cameras", "lenses", "guitars"];
        let all: Vec<Item> = (0..24)
            .map(|n: usize| Item {
                category: Some(of(slugs[n % 4])),
                ..item(seller, slugs[n % 4], i64::try_from(n * 7 % 24).unwrap(), 1_000 + i64::try_from(n).unwrap())
            })
            .collect();
        keep(&scratch, &all).await;

        let cameras: Vec<CategoryId> = tree.from(of("cameras"));
        let mut expected: Vec<Item> = all.into_iter().filter(|item| item.title != "guitars").collect();
        expected.reverse();
        let below = |sort| Filter { categories: cameras.clone(), ..euros(sort) };
        assert_eq!(walked(&scratch, &below(Sort::Newest), 5).await, expected);
        let kept = Filter { words: Some(Words::sought("kept")), ..below(Sort::Newest) };
        assert_eq!(walked(&scratch, &kept, 5).await, expected);
        expected.sort_by_key(|item| item.price.amount);
        assert_eq!(walked(&scratch, &below(Sort::PriceAscending), 5).await, expected);
    }
}

#[tokio::test]
async fn a_search_finds_the_same_on_both_engines_in_every_script() {
    const TITLES: [&str; 9] = [
        "Crème brûlée torch",
        "CREME caramel dish",
        "Straßenkarte 1920",
        "Ёлка из стекла",
        "東京の地図",
        "가방 가죽",
        "הלב של שלום",
        "Dish NEAR the AND gate",
        "f/2.8 Objektiv",
    ];
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let all: Vec<Item> = TITLES.iter().zip(1..).map(|(title, at)| item(seller, title, 1, at)).collect();
        keep(&scratch, &all).await;

        for (sought, found) in [
            ("creme", &[1, 0][..]),
            ("BRÛLÉE", &[0]),
            ("dish creme", &[1]),
            ("strassenkarte", &[2]),
            ("елка", &[3]),
            ("京都", &[]),
            ("京 東", &[4]),
            ("가방", &[5]),
            ("שָׁלוֹם", &[6]),
            ("near and", &[7]),
            ("2.8", &[8]),
            ("cre", &[]),
            ("kept well", &[8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ] {
            let expected: Vec<&str> = found.iter().map(|place| TITLES[*place]).collect();
            assert_eq!(titles(&scratch, &with(sought)).await, expected, "{sought} on {}", scratch.db.engine());
        }
    }
}

#[tokio::test]
async fn what_means_something_in_a_search_language_means_nothing_here() {
    for scratch in scratch::each().await {
        keep(&scratch, &[item(seller(&scratch).await, "Dish", 1, 1)]).await;
        for hostile in [
            "\"",
            "\"dish",
            "dish*",
            "di*",
            "NEAR(dish)",
            "dish OR x",
            "-dish",
            "dish:*",
            "dish & !x",
            "'",
            "%",
            "_",
            "\0",
            "dish\0x",
            "{}",
            "^dish",
            "title:dish",
            "); DROP TABLE items",
        ] {
            let found = titles(&scratch, &with(hostile)).await;
            let is_dish = Words::sought(hostile).iter().collect::<Vec<_>>() == ["dish"];
            assert_eq!(found.len(), usize::from(is_dish), "{hostile:?}");
        }
    }
}

/// How many rows the tables of words have.
async fn rows(tx: &mut Tx) -> [i64; 2] {
    let mut counts = [0; 2];
    for (table, count) in [NEWEST, BY_PRICE].into_iter().zip(&mut counts) {
        let all = Query::select().expr(Expr::cust("COUNT(*)")).from(table.name).to_owned();
        let row: Option<(i64,)> = tx.fetch_optional(&all).await.unwrap();
        *count = row.unwrap().0;
    }
    counts
}

#[tokio::test]
async fn what_an_item_is_found_by_follows_its_text_and_price_and_goes_with_it() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let before = item(seller, "Camera", 7, 1);
        keep(&scratch, &[before.clone(), item(seller, "Kamera", 5, 2)]).await;
        let renamed = Item { title: "Kamera".to_owned(), ..before.clone() };
        let mut tx = scratch.db.write().await.unwrap();
        items::update(&mut tx, &before, &renamed).await.unwrap();
        tx.commit().await.unwrap();
        assert!(titles(&scratch, &with("camera")).await.is_empty());
        assert_eq!(titles(&scratch, &with("kamera kept")).await, ["Kamera", "Kamera"]);

        let cheapest = Filter { words: Some(Words::sought("kamera kept")), ..euros(Sort::PriceAscending) };
        let prices = async || -> Vec<i64> {
            walked(&scratch, &cheapest, 1).await.into_iter().map(|item| item.price.amount).collect()
        };
        assert_eq!(prices().await, [5, 7]);
        let price = Money { amount: 3, ..renamed.price };
        let cheaper = Item { price, description: "kept".to_owned(), ..renamed.clone() };
        let mut tx = scratch.db.write().await.unwrap();
        items::update(&mut tx, &renamed, &cheaper).await.unwrap();
        assert_eq!(rows(&mut tx).await, [5, 5]);
        tx.commit().await.unwrap();
        assert_eq!(prices().await, [3, 5]);

        let mut tx = scratch.db.write().await.unwrap();
        items::delete(&mut tx, &cheaper).await.unwrap();
        assert_eq!(rows(&mut tx).await, [3, 3]);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn items_from_before_there_were_words_are_found_after_the_migration() {
    for scratch in scratch::each().await {
        keep(&scratch, &[item(seller(&scratch).await, "Camera", 1, 1)]).await;
        let mut tx = scratch.db.write().await.unwrap();
        for table in [NEWEST, BY_PRICE] {
            tx.execute(&Query::delete().from_table(table.name).to_owned()).await.unwrap();
        }
        items::words::fill(&mut tx).await.unwrap();
        assert_eq!(rows(&mut tx).await, [3, 3]);
        tx.commit().await.unwrap();
        assert_eq!(titles(&scratch, &with("camera")).await, ["Camera"]);
    }
}

#[tokio::test]
async fn what_items_are_found_by_goes_with_their_seller() {
    for scratch in scratch::each().await {
        let (one, other) = (seller(&scratch).await, seller(&scratch).await);
        keep(&scratch, &[item(one, "Camera", 1, 1), item(other, "Camera lens", 1, 2)]).await;
        let mut tx = scratch.db.write().await.unwrap();
        crate::store::belongings::remove(&mut tx, one).await.unwrap();
        assert_eq!(rows(&mut tx).await, [4, 4]);
        tx.commit().await.unwrap();
        assert_eq!(titles(&scratch, &with("camera")).await, ["Camera lens"]);
    }
}

#[tokio::test]
async fn every_list_reads_an_index_that_ends_in_its_order() {
    for scratch in scratch::each().await {
        let seller = seller(&scratch).await;
        let tree = categories::tree(&mut scratch.db.read().await.unwrap()).await.unwrap();
        let brand = brands::list(&mut scratch.db.read().await.unwrap(), None, None, 1).await.unwrap()[0].id;
        let lenses = tree.of_slug("lenses").unwrap().id;
        let all: Vec<Item> = (0..3_000)
            .map(|n| Item {
                category: (n % 3 == 0).then_some(lenses),
                brand: (n % 5 == 0).then_some(brand),
                ..item(seller, if n % 2 == 0 { "Lens" } else { "Body" }, n, n)
            })
            .collect();
        keep(&scratch, &all).await;
        scratch.db.analyze().await;
        let last = all.get(1_500).unwrap();
        let alone = Sought { words: vec!["lens".to_owned()], few: false };
        let common = Sought { words: vec!["lens".to_owned(), "kept".to_owned()], few: false };
        let cameras = tree.from(tree.of_slug("cameras").unwrap().id);
        for (filter, sought) in [
            (active(), None),
            (Filter { categories: vec![lenses], ..active() }, None),
            (Filter { categories: cameras.clone(), ..active() }, None),
            (Filter { brand: Some(brand), ..active() }, None),
            (euros(Sort::PriceAscending), None),
            (euros(Sort::PriceDescending), None),
            (Filter { categories: vec![lenses], ..euros(Sort::PriceAscending) }, None),
            (Filter { brand: Some(brand), min_price: Some(100), ..euros(Sort::PriceDescending) }, None),
            (with("lens"), Some(&alone)),
            (Filter { words: Some(Words::sought("lens")), ..euros(Sort::PriceAscending) }, Some(&alone)),
            (with("lens kept"), Some(&common)),
            (Filter { words: Some(Words::sought("lens kept")), ..euros(Sort::PriceAscending) }, Some(&common)),
            (
                Filter {
                    words: Some(Words::sought("lens kept")),
                    max_price: Some(2_000),
                    ..euros(Sort::PriceDescending)
                },
                Some(&common),
            ),
            (Filter { brand: Some(brand), ..with("lens kept") }, Some(&common)),
        ] {
            let place = filter.place(last);
            for after in [None, Some(&place)] {
                let statement = statement(
                    &List { filter: &filter, after, most: 21, is_embedded: scratch.db.is_embedded() },
                    sought,
                );
                let plan = scratch.db.plan(&statement).await;
                // A page of several categories is put together of one page a category, which is a sort of a few dozen.
                let sorts = plan.contains("TEMP B-TREE FOR ORDER BY") || plan.contains("Sort ");
                assert!(!sorts || filter.categories.len() > 1, "{}\n{filter:?}\n{plan}", scratch.db.engine());
                // Of so few items PostgreSQL would rather read all than some dozens by their ids.
                let reads_all = plan.contains("Seq Scan on items") && filter.categories.len() < 2;
                // Looked up by the price, beside the last one.
                let by_id = plan.contains("items_pkey") || plan.contains("sqlite_autoindex_items");
                assert!(!by_id || filter.sort == Sort::Newest || filter.brand.is_some(), "{filter:?}\n{plan}");
                assert!(!reads_all && !plan.contains("SCAN items\n"), "{filter:?}\n{plan}");
            }
        }
    }
}
