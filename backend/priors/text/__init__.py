"""What models read of a prompt: tokenizers, text encoders, and the embeddings that are kept."""
