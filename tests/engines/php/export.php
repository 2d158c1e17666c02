<?php
/** Print a site's own export (Tools > Export, all content) as the file that its owner would download. */

require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/export.php';

export_wp( array( 'content' => 'all' ) );
