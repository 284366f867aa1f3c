"""Rounds of invitations: whom they invite, who is near a cut-off, and what they do to a firm's clients."""
