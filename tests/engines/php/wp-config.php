<?php
/**
 * One WordPress tree serves any number of sites: address and database come from the environment.
 * Copied into the tree by wordpress.py.
 */

define( 'WP_HOME', getenv( 'SITE_URL' ) );
define( 'WP_SITEURL', getenv( 'SITE_URL' ) );
define( 'DB_DIR', getenv( 'SITE_DATA' ) );
define( 'DB_FILE', 'site.sqlite' );
define( 'DB_ENGINE', 'sqlite' );
define( 'DB_NAME', 'site' );

// A site under test asks nobody on the net and does nothing by itself.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );

$table_prefix = 'wp_';

require_once ABSPATH . 'wp-settings.php';
