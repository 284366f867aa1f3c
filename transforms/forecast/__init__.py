"""What coming rounds will take, and each client's chance of an invitation."""
