"""What people read: Excel workbooks and tables; frames in, files out."""
