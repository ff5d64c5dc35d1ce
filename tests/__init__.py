"""The specification of whowhom, sentence by sentence."""
