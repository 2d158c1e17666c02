<?php
/** A plugin that every site has: it closes the REST API to visitors where the environment says so, as many owners do. */

if ( getenv( 'SITE_CLOSES_REST' ) ) {
	add_filter(
		'rest_authentication_errors',
		function ( $result ) {
			return is_user_logged_in() ? $result : new WP_Error( 'rest_forbidden', 'Members only.', array( 'status' => 401 ) );
		}
	);
}
