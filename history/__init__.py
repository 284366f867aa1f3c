"""What a firm's past holds: records, scores, rounds, runs, invitations and events, in Delta tables of one folder."""
