"""What every room shares; imports nothing of drawline's other rooms."""
