"""All that is known of dates: where one stands in a text (`find`), and which moment it states (`moments`)."""
