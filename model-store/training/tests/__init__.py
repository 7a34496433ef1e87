"""What the trainings have in common, checked without films."""
