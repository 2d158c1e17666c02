<?php
/**
 * Insert users, posts and comments from JSON on standard input (the shape is seed.py's Seed).
 *
 * Texts pass the filters that a visitor's text passes. What the seed declares as text is kept as meta, so that
 * truth.php can hand it out beside what the database holds.
 */

require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/taxonomy.php';

$seed  = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );
$users = array();

foreach ( $seed['users'] as $user ) {
	$known           = get_user_by( 'login', $user['login'] );
	$user['ID']      = $known ? $known->ID : null;
	$user['user_pass'] = 'not-used-to-log-in';
	$users[ $user['login'] ] = must(
		wp_insert_user(
			array_filter(
				array(
					'ID'           => $user['ID'],
					'user_login'   => $user['login'],
					'user_pass'    => $user['user_pass'],
					'user_email'   => $user['email'],
					'user_url'     => $user['url'],
					'display_name' => $user['name'],
					'nickname'     => $user['name'],
					'role'         => $user['role'],
				)
			)
		)
	);
}

$posts = array();
foreach ( $seed['posts'] as $post ) {
	act_as( $users[ $post['author'] ] );
	$id = must(
		wp_insert_post(
			wp_slash(
				array(
					'post_type'      => $post['type'],
					'post_status'    => $post['status'],
					'post_title'     => $post['title'],
					'post_name'      => $post['slug'],
					'post_content'   => $post['html'],
					'post_author'    => $users[ $post['author'] ],
					'post_date_gmt'  => $post['at'],
					'post_date'      => get_date_from_gmt( $post['at'] ),
					'comment_status' => $post['open'] ? 'open' : 'closed',
					'ping_status'    => 'open',
					'post_password'  => $post['password'],
					'post_category'  => array_map( 'wp_create_category', $post['categories'] ),
					'tags_input'     => $post['tags'],
					'meta_input'     => array( 'declared_text' => $post['text'] ),
				)
			),
			true
		)
	);
	if ( $post['sticky'] ) {
		stick_post( $id );
	}
	$posts[ $post['key'] ] = $id;
}

$comments = array();
foreach ( $seed['comments'] as $comment ) {
	$user_id = null === $comment['login'] ? 0 : $users[ $comment['login'] ];
	act_as( $user_id );
	$data = wp_filter_comment(
		wp_slash(
			array(
				'comment_post_ID'      => $posts[ $comment['post'] ],
				'comment_parent'       => null === $comment['parent'] ? 0 : $comments[ $comment['parent'] ],
				'comment_author'       => $comment['name'],
				'comment_author_email' => $comment['email'],
				'comment_author_url'   => $comment['url'],
				'comment_author_IP'    => '203.0.113.7',
				'comment_agent'        => 'Seed',
				'comment_content'      => $comment['html'],
				'comment_type'         => $comment['kind'],
				'comment_approved'     => $comment['approved'],
				'comment_date_gmt'     => $comment['at'],
				'comment_date'         => get_date_from_gmt( $comment['at'] ),
				'user_id'              => $user_id,
				'comment_meta'         => array( 'declared_text' => wp_slash( $comment['text'] ) ),
			)
		)
	);

	$comments[ $comment['key'] ] = must( wp_insert_comment( $data ) );
}

/** The rights of this user decide what markup WordPress leaves in a text; 0 is a visitor. */
function act_as( int $user_id ): void {
	wp_set_current_user( $user_id );
}

/** The id that an insert gave; the script ends with WordPress' own words if it gave none. */
function must( $result ): int {
	if ( is_wp_error( $result ) || ! $result ) {
		fwrite( STDERR, is_wp_error( $result ) ? $result->get_error_message() : 'insert failed' );
		exit( 1 );
	}
	return (int) $result;
}
