<?php
/** Give a site its theme and options from JSON on standard input: {"theme": slug, "options": {name: value}}. */

require getcwd() . '/wp-load.php';

$setup = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );

switch_theme( $setup['theme'] );
if ( get_stylesheet() !== $setup['theme'] ) {
	fwrite( STDERR, "theme {$setup['theme']} is not installed" );
	exit( 1 );
}

foreach ( $setup['options'] as $name => $value ) {
	update_option( $name, $value );
}

// Only after the permalink option is stored: the rules are made from it.
$wp_rewrite->init();
flush_rewrite_rules( false );
