"""The replay: real factories, an event's orders, real servers; every row and mail is counted."""
