<?php
/** Change comments of a site from JSON on standard input: {"trash": [ids], "edit": {id: new text}}. */

require getcwd() . '/wp-load.php';

$changes = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );

foreach ( $changes['trash'] as $id ) {
	wp_trash_comment( $id );
}
foreach ( $changes['edit'] as $id => $text ) {
	wp_update_comment( wp_slash( array( 'comment_ID' => $id, 'comment_content' => $text ) ) );
	update_comment_meta( $id, 'declared_text', wp_slash( $text ) );
}
