"""The generated past of the demo district: visits, incidents with their steps, look-backs, ledger entries."""
