"""Questions put to a model: ensembles, twins, forks, matching. Strangers to every single model."""
