"""`python -m publishers.pictures`: the child process of developing.py."""

from publishers.pictures.developing import main

main()
