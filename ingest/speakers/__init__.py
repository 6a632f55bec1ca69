"""Who speaks: the authority on people, their part in each clip, and whose voice a word is."""
