<?php
/** Make an empty blog in the database that the environment names: no sample post, no sample comment. */

define( 'WP_INSTALLING', true );
require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( 'The Analyst Desk', 'mara', 'mara@desk.invalid', true, '', 'not-used-to-log-in' );

foreach ( get_posts( array( 'post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1 ) ) as $sample ) {
	wp_delete_post( $sample->ID, true );
}

// Before any date is stored: local times are computed from it.
update_option( 'timezone_string', 'Europe/Berlin' );
