"""What every picture is made of: tables and ink."""
