"""What is next: the order of the queue, and the journal of who took what."""
