<?php
/**
 * Change comments of a site from JSON on standard input, through WordPress' own functions:
 *
 *     {"trash": [ids], "spam": [ids], "restore": [ids], "edit": {id: new text},
 *      "add": [{"post": id, "parent": id, "author": name, "text": text}]}
 *
 * What is not given is nothing to do.
 */

require getcwd() . '/wp-load.php';

$changes = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );

foreach ( $changes['trash'] ?? array() as $id ) {
	wp_trash_comment( $id );
}
foreach ( $changes['spam'] ?? array() as $id ) {
	wp_spam_comment( $id );
}
foreach ( $changes['restore'] ?? array() as $id ) {
	'spam' === wp_get_comment_status( $id ) ? wp_unspam_comment( $id ) : wp_untrash_comment( $id );
}
foreach ( $changes['edit'] ?? array() as $id => $text ) {
	wp_update_comment( wp_slash( array( 'comment_ID' => $id, 'comment_content' => $text ) ) );
	update_comment_meta( $id, 'declared_text', wp_slash( $text ) );
}
foreach ( $changes['add'] ?? array() as $comment ) {
	$id = wp_insert_comment(
		wp_slash(
			array(
				'comment_post_ID'  => $comment['post'],
				'comment_parent'   => $comment['parent'],
				'comment_author'   => $comment['author'],
				'comment_content'  => $comment['text'],
				'comment_approved' => '1',
				'comment_type'     => 'comment',
			)
		)
	);
	update_comment_meta( $id, 'declared_text', wp_slash( $comment['text'] ) );
}
