"""Scrapy settings of the project; `rejoinder crawl` sets what its options say on top of them."""

import os

from . import __version__

BOT_NAME = "rejoinder"
SPIDER_MODULES = ["rejoinder.spiders.blog"]
NEWSPIDER_MODULE = "rejoinder.spiders"

# Where the data folder is (`scrapy crawl blog -s DATA_DIR=...`; `rejoinder crawl --out`).
DATA_DIR = "crawl"
# Descriptor of its lock, where the process that started this one holds it (`rejoinder crawl sources.toml`).
LOCK = None
# A part is written after so many rows or seconds, whichever comes first: what a kill can cost, and what memory holds.
PART_ROWS = 2000
PART_SECONDS = 15.0

# What time it is: what is called for it gives an instant in UTC. A simulation has a clock of its own.
CLOCK = "rejoinder.clock.system_clock"

# Who crawls: an address or page where the owner of a site can reach you. Hosts other than loopback need it.
CONTACT = ""
USER_AGENT = f"rejoinder/{__version__}"

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "rejoinder"
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 4
DOWNLOAD_DELAY = 0.5
# What web archives ask of their clients, whatever --delay says: 0.4 questions to the index and 8 captures a second.
DOWNLOAD_SLOTS = {
    "archive index": {"delay": 2.5, "concurrency": 1, "randomize_delay": False},
    "archive captures": {"delay": 0.125, "concurrency": 8, "randomize_delay": False},
}
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
# Of a whole answer; robots.txt, which all else of a host waits for, is to come sooner.
DOWNLOAD_TIMEOUT = 60
ROBOTS_TIMEOUT = 15
# A sitemap may have 50 MB by its protocol; pages are held to PAGE_MAXSIZE.
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
PAGE_MAXSIZE = 10 * 1024 * 1024
REDIRECT_MAX_TIMES = 8
RETRY_TIMES = 2
# A host that says 429 or 503 is left alone for what Retry-After says, else for this many seconds, doubled at each
# refusal. How long at most, and all else that a server may ask for: spiders/bounds.py (each bound is a setting too).
RETRY_BACKOFF = 5.0
# Processes that read pages, beside the one that asks for them; 0 to read where the answers come in.
READERS = 2
# So many pages are read without them first: a small crawl is over before they have begun.
READERS_AFTER = 20
# What may be read at once before nothing more is asked for: one large page must not hold all hosts up.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64 * 1024 * 1024
# Every answer reaches the spider, since every answer stands in the ledger.
HTTPERROR_ALLOW_ALL = True
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# Colours are control characters, which our log has none of.
LOG_COLOR = False

# One capture a page, taken at once by pipelines that never wait: Scrapy would start a hundred tasks for each page.
CONCURRENT_ITEMS = 1
COOKIES_ENABLED = False
# Not REFERER_ENABLED = False: the redirect middleware would warn of its absence at every start.
REFERRER_POLICY = "no-referrer"
METAREFRESH_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "INFO"

# Key of one's own application at Disqus. Without it only 100 comments of a thread can be had (docs/embeds.md).
DISQUS_API_KEY = os.environ.get("DISQUS_API_KEY", "")

# WARC files of all that was asked and answered, in DATA_DIR/archive; a file is closed when it is that large.
KEEP_ARCHIVE = False
ARCHIVE_BYTES = 256 * 1024 * 1024

# http and https only, and no address that a start URL does not name and that only this machine can reach.
DOWNLOAD_HANDLERS = {
    "http": "rejoinder.spiders.download.CrawlHandler",
    "https": "rejoinder.spiders.download.CrawlHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "rejoinder.spiders.guard.GuardedResolver"

# The frontier knows what was asked for; fingerprints would hold the same in memory once more.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "rejoinder.spiders.polite.AddressMiddleware": 50,
    "rejoinder.spiders.polite.RobotsMiddleware": 100,
    "rejoinder.spiders.polite.PatientRetryMiddleware": 550,
    "rejoinder.spiders.keys.DisqusKeyMiddleware": 580,
    "rejoinder.spiders.compression.WholeCompressionMiddleware": 590,
    "rejoinder.spiders.polite.SafeRedirectMiddleware": 600,
    "rejoinder.spiders.keep.KeepMiddleware": 990,
}
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "rejoinder.spiders.polite.PoliteThrottle": 0,
    "rejoinder.logs.InertLog": 0,
    "rejoinder.spiders.run.TallyExtension": 500,
}
ITEM_PIPELINES = {
    "rejoinder.pipelines.steps.NormalizePipeline": 300,
    "rejoinder.pipelines.steps.ValidatePipeline": 400,
    "rejoinder.pipelines.write.WritePipeline": 900,
}
