//! What crosses the boundaries between the stages: values, and the rules that make them valid.
//!
//! Nothing here does any input or output, and nothing here knows a stage.

mod archive;
mod article;
mod candidates;
mod charset;
mod condition;
mod draft;
mod explanation;
mod feed;
mod fingerprint;
mod first_source;
mod host;
mod html;
mod identity;
mod json_path;
mod key;
mod learned;
mod next_page;
mod outcome;
mod pattern;
mod place;
mod platform;
mod provenance;
mod public_url;
mod quiet;
mod render;
pub mod retry;
mod selector;
mod slug;
mod source;
mod source_kind;
mod source_list;
mod teaser;
mod timetable;
mod tls;
mod token;
mod topic;
mod value_error;
mod websub;
mod wordpress;

pub use archive::{History, Standing, Tombstone};
pub use article::{Article, Attachment, Field, Image, Precision};
pub use candidates::{
    Candidate, CandidateValue, FieldChoices, FieldReason, NOT_PUBLIC, REPEATED, TextFold,
};
pub use charset::{Charset, UnknownCharset};
pub use condition::{Asked, Condition, Phrase};
pub use draft::{Draft, RawAttachment};
pub use explanation::{
    BOILERPLATE, ConsideredValue, Explanation, Refusal, RemovedPart, Subject, Verdict, shortened,
};
pub use feed::{Content, Feed, Format, Query, Site};
pub use first_source::{Category, FirstSource};
pub use host::{RobotsTxt, Turn, Wanted, end_of_day};
pub use html::{CleanHtml, RawHtml};
pub use identity::{FieldValue, Identity, Login, Proxy, ProxyKind, Secret};
pub use json_path::{
    AddressTemplate, AddressTemplateError, JsonAddress, JsonPath, JsonPathError, JsonPaths,
};
pub use key::Key;
pub use learned::{Learned, LearnedList};
pub use next_page::NextPage;
pub use outcome::{Advice, Failure, Outcome, Stage, Tally};
pub use pattern::{Pattern, PatternError};
pub use place::{Agency, Province};
pub use platform::{Named, Platform, PlatformArticle, Platforms};
pub use provenance::{Found, Provenance};
pub use public_url::{PublicUrl, UrlError};
pub use quiet::Quiet;
pub use render::{Browser, Render};
pub use selector::{Selector, SelectorError};
pub use slug::{Slug, SlugError};
pub use source::{Access, ArticleSelectors, Folder, ListingSelectors, Origin, Revisits, Source};
pub use source_kind::{KeyValue, SourceKind};
pub use source_list::{ListCopy, ListedSource, ShrunkList, SourceList};
pub use teaser::{Listing, Skipped, Teaser};
pub use timetable::{Timetable, TimetableError};
pub use tls::{CertificateBytes, Dialect, Pin, PinError, Tls, Trust};
pub use token::{TokenHash, TokenHashError};
pub use topic::{Topic, Topics};
pub use value_error::ValueError;
pub use websub::{Advertised, WebSub};
pub use wordpress::{WordPress, WordPressError};
