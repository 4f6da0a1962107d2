"""What others must hear of: written with its cause, published after the commit, swept up if the publisher died."""
