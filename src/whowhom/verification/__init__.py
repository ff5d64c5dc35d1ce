"""Published results put to the models: claims as data, and what came out of each (`whowhom verify`)."""
