//! A small, believable market, so that a first call answers with something.

use std::time::Duration;

use crate::app::App;
use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::items::{Condition, Filter, Item, Offer, Status};
use crate::domain::money::{Money, UnknownCurrency};
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier, User};
use crate::problem::Problem;
use crate::store::{brands, categories, items, users};

struct Demo {
    seller: usize,
    title: &'static str,
    description: &'static str,
    price: (i64, &'static str),
    condition: Condition,
    category: &'static str,
    brand: Option<&'static str>,
    hours_ago: u64,
}

/// People who sell. They have no password: nobody signs in as one of them.
const SELLERS: [&str; 3] = ["Mira Okafor", "Jonas Lindgren", "Ines Duarte"];

#[rustfmt::skip]
const ITEMS: [Demo; 20] = [
    Demo { seller: 0, title: "Rangefinder camera", description: "Serviced in 2025, light seals replaced. Comes with case and strap.", price: (24900, "EUR"), condition: Condition::Good, category: "film-cameras", brand: Some("aldermoor"), hours_ago: 3 },
    Demo { seller: 1, title: "35 mm lens, f/2", description: "Clean glass, smooth focus. A little brassing at the mount.", price: (18500, "EUR"), condition: Condition::Good, category: "lenses", brand: Some("aldermoor"), hours_ago: 7 },
    Demo { seller: 2, title: "Semi-hollow electric guitar", description: "Bought new in 2021, played at home. Setup last spring; case included.", price: (68000, "EUR"), condition: Condition::LikeNew, category: "guitars", brand: Some("corvane"), hours_ago: 9 },
    Demo { seller: 0, title: "Analogue delay pedal", description: "Warm repeats, works on 9 V. Velcro on the underside.", price: (7900, "EUR"), condition: Condition::Good, category: "effects", brand: Some("marrow"), hours_ago: 15 },
    Demo { seller: 1, title: "Steel road bicycle, 56 cm", description: "Reynolds tubing, eight speeds, new tyres. Some scratches on the top tube.", price: (42000, "EUR"), condition: Condition::Fair, category: "road-bicycles", brand: Some("dunmere"), hours_ago: 22 },
    Demo { seller: 2, title: "Pair of drop-bar levers", description: "From a 1990s touring bicycle. Hoods are worn.", price: (2500, "EUR"), condition: Condition::Fair, category: "bicycle-parts", brand: None, hours_ago: 26 },
    Demo { seller: 0, title: "Reading lamp, brass", description: "Rewired last year. Takes E27 bulbs.", price: (4500, "EUR"), condition: Condition::Good, category: "lamps", brand: Some("northlight"), hours_ago: 31 },
    Demo { seller: 1, title: "Oak writing desk", description: "120 by 60 cm, two drawers. Collection in Gothenburg.", price: (150000, "SEK"), condition: Condition::Good, category: "furniture", brand: Some("lindqvist"), hours_ago: 40 },
    Demo { seller: 2, title: "Belt-drive turntable", description: "New belt and cartridge in 2024. Dust cover has a hairline crack.", price: (13500, "EUR"), condition: Condition::Good, category: "turntables", brand: Some("halden"), hours_ago: 47 },
    Demo { seller: 0, title: "Portable field recorder", description: "Records to SD cards. Wind shield and power supply included.", price: (9900, "EUR"), condition: Condition::LikeNew, category: "audio", brand: Some("kestrel-and-sons"), hours_ago: 53 },
    Demo { seller: 1, title: "Set of six wood chisels", description: "Sharpened, in a canvas roll.", price: (5200, "EUR"), condition: Condition::Good, category: "tools", brand: Some("ironwick"), hours_ago: 60 },
    Demo { seller: 2, title: "Compact digital camera", description: "Twelve megapixels, two batteries. The flash no longer fires.", price: (6000, "EUR"), condition: Condition::Fair, category: "digital-cameras", brand: Some("bluefen"), hours_ago: 71 },
    Demo { seller: 0, title: "Upright electric piano", description: "73 keys, stand and pedal. Two keys are a little loud.", price: (39000, "GBP"), condition: Condition::Fair, category: "keyboards", brand: Some("fallowby"), hours_ago: 80 },
    Demo { seller: 1, title: "The art of bookbinding", description: "Second edition, 1978. Pencil notes on some pages.", price: (1800, "EUR"), condition: Condition::Good, category: "books", brand: None, hours_ago: 90 },
    Demo { seller: 2, title: "Medium-format folding camera", description: "Bellows light-tight, shutter slow at 1 s.", price: (11000, "EUR"), condition: Condition::Fair, category: "film-cameras", brand: Some("elstow"), hours_ago: 101 },
    Demo { seller: 0, title: "Track pump", description: "Accurate gauge; fits both kinds of valve.", price: (1500, "EUR"), condition: Condition::Good, category: "tools", brand: Some("dunmere"), hours_ago: 120 },
    Demo { seller: 1, title: "Twelve-string acoustic guitar", description: "A crack in the top was repaired by a luthier. Sounds lovely.", price: (31000, "EUR"), condition: Condition::Fair, category: "guitars", brand: Some("corvane"), hours_ago: 133 },
    Demo { seller: 2, title: "Bookshelf speakers, a pair", description: "New foam surrounds. Walnut veneer.", price: (16500, "EUR"), condition: Condition::Good, category: "audio", brand: Some("halden"), hours_ago: 150 },
    Demo { seller: 0, title: "Enlarger for 35 mm", description: "With lens and easel. For parts: the timer is missing.", price: (3000, "EUR"), condition: Condition::Poor, category: "cameras", brand: Some("elstow"), hours_ago: 170 },
    Demo { seller: 1, title: "Child's bicycle, 20 inch", description: "Outgrown. Bell works very well.", price: (6500, "EUR"), condition: Condition::Good, category: "bicycles", brand: None, hours_ago: 200 },
];

/// Fills it in where there is no item yet.
pub async fn fill(app: &App) {
    match try_fill(app).await {
        Ok(0) => {}
        Ok(items) => tracing::info!(items, "demo data is filled in; DEMO=false leaves it out"),
        Err(problem) => tracing::warn!(%problem, "demo data could not be filled in"),
    }
}

async fn try_fill(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let nothing = Filter { status: Some(Status::Active), ..Filter::default() };
    if !items::list(&mut tx, &nothing, None, 1).await?.is_empty() {
        return Ok(0);
    }
    let categories = categories::list(&mut tx, None, 100).await?;
    let brands = brands::list(&mut tx, None, 100).await?;
    let mut sellers = Vec::new();
    for name in SELLERS {
        let user = seller(UserId::new(now, &app.random)?, name, now);
        users::insert_if_new(&mut tx, &user, None).await?;
        sellers.push(user.id);
    }
    for demo in &ITEMS {
        let category = categories.iter().find(|category| category.slug == demo.category).map(|category| category.id);
        let brand = brands.iter().find(|brand| Some(brand.slug.as_str()) == demo.brand).map(|brand| brand.id);
        let offer = demo.offer(category, brand).map_err(Problem::broken)?;
        let at = now.minus(Duration::from_secs(demo.hours_ago * 3_600));
        let Some(seller) = sellers.get(demo.seller) else { continue };
        items::insert(&mut tx, &Item::offered(ItemId::new(at, &app.random)?, *seller, offer, at)).await?;
    }
    tx.commit().await?;
    Ok(ITEMS.len())
}

fn seller(id: UserId, name: &str, now: Time) -> User {
    User {
        id,
        email: None,
        name: Some(name.to_owned()),
        role: Role::Member,
        tier: Tier::Free,
        created_at: now,
        disabled_at: None,
    }
}

impl Demo {
    fn offer(&self, category: Option<CategoryId>, brand: Option<BrandId>) -> Result<Offer, UnknownCurrency> {
        let (amount, currency) = self.price;
        Ok(Offer {
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            price: Money { amount, currency: currency.parse()? },
            condition: self.condition,
            category,
            brand,
        })
    }
}
