"""What a client's records say on a day: language, education, work, occupations, family and stays."""
