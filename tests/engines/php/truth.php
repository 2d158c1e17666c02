<?php
/** Print what the database of a site holds as JSON (the shape is wordpress.py's Truth), by WordPress' own functions. */

require getcwd() . '/wp-load.php';

$truth = array( 'posts' => array(), 'comments' => array() );

$posts = get_posts(
	array(
		'post_type'   => array( 'post', 'page' ),
		'post_status' => 'any',
		'numberposts' => -1,
		'orderby'     => 'ID',
		'order'       => 'ASC',
	)
);
foreach ( $posts as $post ) {
	$truth['posts'][] = array(
		'id'            => $post->ID,
		'type'          => $post->post_type,
		'status'        => $post->post_status,
		'protected'     => '' !== $post->post_password,
		'url'           => get_permalink( $post ),
		'title'         => plain( get_the_title( $post ) ),
		'author_id'     => (int) $post->post_author,
		'author_name'   => get_the_author_meta( 'display_name', $post->post_author ),
		'local'         => str_replace( ' ', 'T', $post->post_date ),
		'at'            => str_replace( ' ', 'T', $post->post_date_gmt ) . 'Z',
		'modified_at'   => str_replace( ' ', 'T', $post->post_modified_gmt ) . 'Z',
		'categories'    => array_map( 'plain', wp_list_pluck( get_the_category( $post->ID ), 'name' ) ),
		'tags'          => array_map( 'plain', wp_list_pluck( get_the_tags( $post->ID ) ?: array(), 'name' ) ),
		'comments_open' => comments_open( $post ),
		'stated_count'  => (int) get_comments_number( $post ),
		'text'          => get_post_meta( $post->ID, 'declared_text', true ),
	);
}

foreach ( get_comments( array( 'status' => 'any', 'orderby' => 'comment_ID', 'order' => 'ASC' ) ) as $comment ) {
	$truth['comments'][] = comment( $comment );
}
echo json_encode( $truth, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT );

function comment( WP_Comment $comment ): array {
	$GLOBALS['comment'] = $comment;
	return array(
		'id'          => (int) $comment->comment_ID,
		'post_id'     => (int) $comment->comment_post_ID,
		'parent_id'   => (int) $comment->comment_parent ?: null,
		'approved'    => $comment->comment_approved,
		'kind'        => get_comment_type( $comment ),
		// Both are stored as HTML.
		'author_name' => plain( $comment->comment_author ),
		'author_url'  => plain( $comment->comment_author_url ),
		'user_id'     => (int) $comment->user_id,
		'local'       => str_replace( ' ', 'T', $comment->comment_date ),
		'at'          => str_replace( ' ', 'T', $comment->comment_date_gmt ) . 'Z',
		// What a page can say at most: the local time with the offset that PHP guesses for it.
		'shown_at'    => get_comment_time( 'c' ),
		'link'        => get_comment_link( $comment ),
		'text'        => get_comment_meta( $comment->comment_ID, 'declared_text', true ),
		'rendered'    => plain( apply_filters( 'comment_text', get_comment_text( $comment ), $comment, array() ) ),
	);
}

/** Text without tags; references resolved. Blocks are not kept apart. */
function plain( string $html ): string {
	return html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
}
