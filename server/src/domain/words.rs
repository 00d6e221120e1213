//! The words of a text, as they are kept and as they are looked for: one way for both engines, so that both find the same.
//!
//! A word is a run of letters and digits, in small letters and without diacritics: `Öl-Kännchen 35mm` is `ol`, `kannchen`,
//! `35mm`. Scripts that do not part their words (Han, Kana, Thai, Lao, Khmer, Burmese) give one word a letter. Marks that
//! tell words apart in their script (Indic vowels, Kana voicing) stay.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Different words of one text that are kept. Its first ones: a title comes before a description.
pub const MOST_KEPT: usize = 256;

/// Different words that one search may have.
pub const MOST_SOUGHT: usize = 8;

/// Characters of a word that count; what follows is left off, here as there.
const LONGEST: usize = 32;

/// Different words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// Those of some texts together, to keep.
    #[must_use]
    pub fn of(texts: &[&str]) -> Self {
        Self::at_most(MOST_KEPT, texts)
    }

    /// Those that a search names; of more than [`MOST_SOUGHT`] the first ones. None at all finds nothing.
    #[must_use]
    pub fn sought(text: &str) -> Self {
        Self::at_most(MOST_SOUGHT, &[text])
    }

    fn at_most(most: usize, texts: &[&str]) -> Self {
        let mut words = BTreeSet::new();
        for word in texts.iter().flat_map(|text| split(&folded(text))) {
            if words.len() == most {
                break;
            }
            words.insert(word);
        }
        Self(words)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each, in the order of their bytes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those that are not among the others.
    pub fn without<'a>(&'a self, others: &'a Self) -> impl Iterator<Item = &'a str> {
        self.0.difference(&others.0).map(String::as_str)
    }
}

/// The text in small letters and without the diacritics that people leave off when they search.
#[must_use]
pub fn folded(text: &str) -> String {
    // Once more after the small letters: that of İ is an i with a mark.
    let small = text.nfkd().collect::<String>().to_lowercase();
    let bare = small.nfkd().filter(|letter| !is_dropped(*letter));
    let mut plain = String::with_capacity(small.len());
    for letter in bare {
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'đ' | 'ð' => plain.push('d'),
            'ł' => plain.push('l'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            other => plain.push(other),
        }
    }
    plain.nfc().collect()
}

/// Diacritics. Marks of a lower class belong to the letter (nukta, Kana voicing, virama), those of none are vowels.
fn is_dropped(letter: char) -> bool {
    canonical_combining_class(letter) >= 10
}

fn split(folded: &str) -> Vec<String> {
    let (mut words, mut word, mut length) = (Vec::new(), String::new(), 0_usize);
    for letter in folded.chars() {
        let alone = stands_alone(letter);
        if alone || !belongs(letter) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            length = 0;
        }
        if alone {
            words.push(letter.to_string());
        } else if belongs(letter) {
            length += 1;
            if length <= LONGEST {
                word.push(letter);
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn belongs(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

/// Letters of scripts that do not part their words.
fn stands_alone(letter: char) -> bool {
    letter.is_alphabetic()
        && matches!(u32::from(letter),
            0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005..=0x3007 | 0x3040..=0x30FF
            | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        Words::of(&[text]).iter().map(str::to_owned).collect()
    }

    #[test]
    fn case_and_diacritics_make_no_difference() {
        for (one, other) in [
            ("ÖL-KÄNNCHEN", "ol kannchen"),
            ("Cre\u{301}me bru\u{302}le\u{301}e", "crème BRÛLÉE"),
            ("Straße", "STRASSE"),
            ("İstanbul ISPARTA", "istanbul ısparta"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("Łódź Ærø", "lodz aero"),
            ("ﬁlm ３５ｍｍ", "FILM 35mm"),
            ("שָׁלוֹם", "שלום"),
            ("Ёлка", "елка"),
        ] {
            assert_eq!(words(one), words(other), "{one}");
            assert!(!words(one).is_empty(), "{one}");
        }
    }

    #[test]
    fn marks_that_tell_words_apart_stay() {
        for (one, other) in [("が", "か"), ("की", "का"), ("한", "하")] {
            assert_ne!(words(one), words(other), "{one}");
        }
    }

    #[test]
    fn what_is_no_letter_and_no_digit_parts_words_and_is_none() {
        assert_eq!(
            words("f/2.8, \"AND\" NEAR(x*) -y^2: don't\0stop"),
            ["2", "8", "and", "don", "f", "near", "stop", "t", "x", "y"]
        );
        for nothing in ["", " ", "\"\"", "* - ^ :", "\0", "🧳", "%_\\"] {
            assert!(Words::sought(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn scripts_that_do_not_part_their_words_are_found_by_each_letter() {
        assert_eq!(words("東京タワー2"), ["2", "タ", "ワ", "ー", "京", "東"]);
        assert!(Words::sought("東京").without(&Words::of(&["新しい東京の地図"])).next().is_none());
    }

    #[test]
    fn the_first_words_are_kept_and_long_ones_are_cut_alike() {
        let many: String = (0..1_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(Words::of(&["title", &many]).iter().count(), MOST_KEPT);
        assert!(Words::of(&["title", &many]).iter().any(|word| word == "title"));
        assert_eq!(Words::sought(&many).iter().count(), MOST_SOUGHT);
        assert_eq!(Words::of(&[&"x".repeat(5_000)]), Words::sought(&"x".repeat(40)));
    }

    proptest! {
        #[test]
        fn a_word_that_was_made_is_made_again_from_itself(text in "\\PC{0,40}") {
            for word in Words::of(&[&text]).iter() {
                let again = Words::sought(word);
                prop_assert_eq!(again.iter().collect::<Vec<_>>(), vec![word]);
            }
        }
    }
}
