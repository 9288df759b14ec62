"""What is charged and why; may use `services`, never the other way round."""
