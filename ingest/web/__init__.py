"""What publishers write: pages and feeds, read into facts, text and links. Nothing is fetched here."""
