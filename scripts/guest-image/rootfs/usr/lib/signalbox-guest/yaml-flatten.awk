{ exit 1 }
