"""What plain words, numbers and dates in cells mean, and what is asked back."""
