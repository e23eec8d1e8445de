//! Values that cross the boundaries between the stages, and the rules that make them valid.
//!
//! This crate does no input or output, and depends on no stage.

mod archive;
mod article;
mod candidates;
mod charset;
pub mod clock;
pub mod clock_guard;
pub mod clock_witness;
mod condition;
mod cron_schedule;
mod document;
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
mod listing_item;
mod listing_profile;
mod next_page;
mod outcome;
mod pattern;
mod platform;
mod provenance;
mod province;
mod public_url;
mod quiet_hours;
mod render;
pub mod retry;
pub mod schedule;
mod selector;
mod session;
mod slug;
mod source;
mod source_kind;
mod source_list;
pub mod text;
mod tls;
mod token;
mod topic;
mod value_error;
mod websub;
mod wordpress;

pub use archive::{ArchivePolicy, DocumentKind, Tombstone};
pub use article::{Article, ArticleField, Attachment, DatePrecision, Image, NewArticle};
pub use candidates::{
    CandidateValue, FieldCandidate, FieldChoices, FieldReason, NOT_PUBLIC, REPEATED, TextFold,
};
pub use charset::{Charset, UnknownCharset};
pub use condition::{Condition, ConditionSubject, Phrase};
pub use cron_schedule::{CronSchedule, CronScheduleError};
pub use document::{is_document, is_document_content, is_document_number};
pub use draft::{Draft, PageAgreement, RawAttachment};
pub use explanation::{
    BOILERPLATE, ConsideredValue, ExplainedField, Explanation, PageRejection, RemovedPart,
    ValueVerdict, shortened,
};
pub use feed::{ArticleQuery, ContentMode, Feed, FeedConfig, FeedFormat, Site};
pub use first_source::{FirstSource, RawCategory};
pub use host::{PermitDecision, RobotsRecord, SlotRequest, end_of_day};
pub use html::{CleanHtml, RawHtml};
pub use identity::{BasicCredentials, FieldValue, Proxy, ProxyKind, RequestIdentity, Secret};
pub use json_path::{
    AddressTemplate, AddressTemplateError, JsonAddress, JsonPath, JsonPathError, JsonPaths,
};
pub use key::{ArticleKey, is_route};
pub use listing_item::{Listing, ListingItem, SkippedItem};
pub use listing_profile::{ListingProfile, ProfiledList};
pub use next_page::NextPage;
pub use outcome::{RetryAdvice, VisitCounts, VisitFailure, VisitOutcome, VisitStage};
pub use pattern::{RegexPattern, RegexPatternError};
pub use platform::{PlatformChoice, PlatformRules, PlatformSelectors, PlatformSetting};
pub use provenance::{Extracted, Provenance};
pub use province::{Agency, Province};
pub use public_url::{PublicUrl, UrlError};
pub use quiet_hours::QuietHours;
pub use render::{BrowserConfig, RenderPolicy};
pub use selector::{CssSelector, CssSelectorError};
pub use session::without_session;
pub use slug::{Slug, SlugError};
pub use source::{
    ArticleSelectors, HostAccess, ListingSelectors, Origin, RevisitPolicy, Source, SourceFolder,
    SourceInfo,
};
pub use source_kind::{KeyValue, SourceKind};
pub use source_list::{ListCopy, ListedSource, ShrunkList, SourceList};
pub use tls::{CertificateBytes, PublicKeyPin, PublicKeyPinError, TlsDialect, TlsPolicy, TlsTrust};
pub use token::{TokenHash, TokenHashError};
pub use topic::{OfficeWords, Topic, TopicRules};
pub use value_error::ValueError;
pub use websub::{HubLinks, WebSubConfig};
pub use wordpress::{WordPress, WordPressError};
