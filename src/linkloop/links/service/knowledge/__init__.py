"""Knowledge: articles found for a question, a graph of products and policies, and what is wrong or missing in them."""
